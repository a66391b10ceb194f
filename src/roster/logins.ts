import { isPlainLogin } from '../core/plain-login.ts';
import type { RosterProblem } from '../core/roster.ts';
import { childPointer, quoted, subjectOf, valueAt } from './problem-words.ts';
import type { YamlFile } from './read-yaml.ts';
import { warningAt } from './whose-key.ts';

/**
 * The login that leads to an account; null without a usable one. A number counts as it is written: `007` is the login
 * 007.
 */
export function loginAt(file: YamlFile, pointer: string): string | null {
  const value = valueAt(file.value, `${pointer}/authentik_user`);
  const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const text = typeof value === 'string' ? value : isText ? file.sourceOf(`${pointer}/authentik_user`) : null;
  return text !== null && isLogin(text) ? text : null;
}

/** Whether a text can be a login, and a line of the user map. The same rule as in schemas/roster.schema.json. */
export function isLogin(text: string): boolean {
  return text.length <= 256 && /^[^=:#\s\p{Cc}\p{Cs}]+$/u.test(text);
}

/** What is said of a login for which nobody can ask on the page, or by the command of the web terminal. */
export function notPlainWords(login: string): string {
  return `${quoted(login)} cannot be used with tmux-restore-user or the page: they take at most 200 letters, digits, ".", "_", "@", "+", "'" or "-", the last not first`;
}

/** The logins of more than one account. Nobody can tell which one is meant, so each of them leads to nobody. */
export function doubtfulLogins(file: YamlFile, names: readonly string[]): ReadonlySet<string> {
  const logins = names.flatMap((name) => loginAt(file, childPointer('/users', name)) ?? []);
  return new Set(logins.filter((login, at) => logins.indexOf(login) !== at));
}

/** Warnings about logins: those that lead to several accounts, and those that other readers of the file see otherwise. */
export function loginProblems(file: YamlFile, pointers: readonly string[]): readonly RosterProblem[] {
  const owners = new Map<string, string>();
  return pointers.flatMap((pointer) => {
    const login = loginAt(file, pointer);
    if (login === null) return [];
    const position = file.valuePosition(`${pointer}/authentik_user`);
    const owner = owners.get(login);
    if (owner !== undefined) {
      const { line } = file.keyPosition(owner);
      const message = `${subjectOf(pointer)}: authentik_user ${quoted(login)} is also that of ${subjectOf(owner)} in line ${line}, so it leads to neither`;
      return [warningAt(position, 'duplicate-login', message)];
    }
    owners.set(login, pointer);
    if (!isPlainLogin(login)) {
      return [warningAt(position, 'invalid-value', `${subjectOf(pointer)}: authentik_user ${notPlainWords(login)}`)];
    }
    const value = valueAt(file.value, `${pointer}/authentik_user`);
    if (String(value) === login && typeof value !== 'boolean') return [];
    const message = `${subjectOf(pointer)}: authentik_user is read as ${String(value)} by others; write it in quotes: ${quoted(login)}`;
    return [warningAt(position, 'invalid-value', message)];
  });
}
