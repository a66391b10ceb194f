import type { RosterProblem } from '../core/roster.ts';
import { doubtfulLogins, loginAt } from './logins.ts';
import { childPointer, entriesOf, valueAt } from './problem-words.ts';
import type { YamlFile } from './read-yaml.ts';
import { isSwitchedOn } from './switch-words.ts';

/**
 * The part of a roster that is this program's: `persist`, the account names, and what it uses of other tools' keys. The
 * settings of a user with a mistake are left out, and so are names that cannot be accounts.
 */
export function ownPart(file: YamlFile, problems: readonly RosterProblem[]): unknown {
  const mistaken = new Set(
    problems.flatMap(({ severity, user }) => (severity === 'error' && user !== null ? [user] : [])),
  );
  const names = entriesOf(valueAt(file.value, '/users')).flatMap(([name]) => (isAccountName(name) ? [name] : []));
  const doubtful = doubtfulLogins(file, names);
  const users = names.map((name): readonly [string, object] => {
    const pointer = childPointer('/users', name);
    const login = loginAt(file, pointer);
    const persist = mistaken.has(name) ? undefined : valueAt(file.value, `${pointer}/persist`);
    return [
      name,
      {
        ...(login === null || doubtful.has(login) ? {} : { authentik_user: login }),
        parked: isSwitchedOn(valueAt(file.value, `${pointer}/parked`)),
        ...(persist === undefined ? {} : { persist }),
      },
    ];
  });
  return { persist: valueAt(file.value, '/persist') ?? null, users: Object.fromEntries(users) };
}

/** Whether a text can be an account name. The same rule as in schemas/roster.schema.json; a test compares them. */
export function isAccountName(text: string): boolean {
  return text.length <= 32 && /^[A-Za-z_][A-Za-z0-9._-]*\$?$/.test(text);
}
