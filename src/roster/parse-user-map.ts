import { defaultPolicy, defaultStartPolicy, type RosterProblem, type RosterUser } from '../core/roster.ts';
import { isPlainLogin } from '../core/plain-login.ts';
import { isLogin, notPlainWords } from './logins.ts';
import { isAccountName } from './own-part.ts';
import type { Position } from './parse-yaml.ts';
import { quoted } from './problem-words.ts';
import { inFileOrder, type RosterReading, tooLarge, withoutByteOrderMark } from './roster-reading.ts';
import { errorAt, warningAt } from './whose-key.ts';

/**
 * Reads the user-map form of a roster: lines of `authentik_user=os_user[:cwd]`, with `#` comments. Only the account names
 * are this program's, so a mistake in a login or a directory is a warning, and a line without a name stops nobody else.
 */
export function parseUserMap(text: string, path: string): RosterReading {
  const oversize = tooLarge(text);
  if (oversize !== null) return { roster: null, problems: [oversize] };

  const lines = withoutByteOrderMark(text).split('\n').map(parsedLine);
  const entries = lines.flatMap((line) => (line.entry === null ? [] : [line.entry]));
  const problems = inFileOrder([...lines.flatMap((line) => line.problems), ...repeatedLogins(entries)]);
  const roster = { path, start: defaultStartPolicy, users: usersFrom(entries) };
  if (entries.length > 0) return { roster, problems };
  return problems.length > 0 ? { roster: null, problems } : { roster, problems: [nobody] };
}

interface Entry {
  /** null when it is none that could be used. */
  readonly login: string | null;
  readonly user: string;
  readonly cwd: string | null;
  readonly line: number;
  readonly column: number;
}

interface ParsedLine {
  readonly entry: Entry | null;
  readonly problems: readonly RosterProblem[];
}

const nobody = warningAt({ line: 1, column: 1 }, 'empty', 'roster lists no users');

function parsedLine(raw: string, index: number): ParsedLine {
  const content = withoutComment(raw);
  const text = content.trim();
  if (text === '') return { entry: null, problems: [] };
  const line = index + 1;
  const column = content.length - content.trimStart().length + 1;
  const at = (offset: number): Position => ({ line, column: column + offset });

  const [login, user, cwd] = fieldsOf(text);
  if (user === null) {
    const message = `line ${quoted(text)} must be authentik_user=os_user[:cwd]`;
    return { entry: null, problems: [mistakeOfOne(text, at(0), 'syntax', message)] };
  }
  const userOffset = login.length + 1;
  const isLoginUsable = isLogin(login);
  const isCwdUsable = cwd === null || isStartDirectory(cwd);
  const problems = [
    ...(isLoginUsable ? plainnessProblems(login, at(0)) : [warningAt(at(0), 'invalid-value', loginMessage(login))]),
    ...(isAccountName(user) ? [] : [mistakeOfOne(user, at(userOffset), 'invalid-value', accountMessage(user))]),
    ...(isCwdUsable ? [] : [warningAt(at(userOffset + user.length + 1), 'invalid-value', directoryMessage(cwd))]),
  ];
  const entry = { login: isLoginUsable ? login : null, user, cwd: isCwdUsable ? cwd : null, line, column };
  return { entry: isAccountName(user) ? entry : null, problems };
}

/** An error that stops one entry, and nobody else. */
function mistakeOfOne(user: string, at: Position, code: RosterProblem['code'], message: string): RosterProblem {
  return { ...errorAt(at, code, message), user };
}

// A `#` begins a comment only at the start of a line or after a space, because a directory may contain one.
function withoutComment(line: string): string {
  const start = line.search(/(?<=^|\s)#/);
  return start === -1 ? line : line.slice(0, start);
}

function fieldsOf(text: string): readonly [login: string, user: string | null, cwd: string | null] {
  const equals = text.indexOf('=');
  if (equals === -1) return [text, null, null];
  const target = text.slice(equals + 1);
  const colon = target.indexOf(':');
  return colon === -1
    ? [text.slice(0, equals), target, null]
    : [text.slice(0, equals), target.slice(0, colon), target.slice(colon + 1)];
}

function isStartDirectory(text: string): boolean {
  return /^\/[^\p{Cc}\p{Cs}]*$/u.test(text);
}

function plainnessProblems(login: string, at: Position): readonly RosterProblem[] {
  return isPlainLogin(login) ? [] : [warningAt(at, 'invalid-value', `login ${notPlainWords(login)}`)];
}

function loginMessage(login: string): string {
  if (login === '') return 'login before "=" must not be empty';
  return `login ${quoted(login)} must be text without ":", "#", spaces or control characters`;
}

function accountMessage(user: string): string {
  if (user === '') return 'account name after "=" must not be empty';
  return `user ${quoted(user)} is not an account name: it starts with a letter or "_", then come letters, digits, ".", "_" or "-", at most 32 in all`;
}

function directoryMessage(cwd: string): string {
  if (cwd === '') return 'directory after ":" must not be empty';
  return `directory ${quoted(cwd)} must be absolute and without control characters`;
}

function repeatedLogins(entries: readonly Entry[]): readonly RosterProblem[] {
  const first = new Map<string, Entry>();
  return entries.flatMap((entry) => {
    if (entry.login === null) return [];
    const earlier = first.get(entry.login);
    if (earlier === undefined) {
      first.set(entry.login, entry);
      return [];
    }
    const effect = earlier.user === entry.user ? '' : ', so it leads to neither';
    const message = `login ${quoted(entry.login)} is there twice, first in line ${earlier.line}, where it leads to user "${earlier.user}"${effect}`;
    return [warningAt({ line: entry.line, column: entry.column }, 'duplicate-login', message)];
  });
}

/** A login of two accounts leads to none of them, because nobody can tell which one is meant. */
function usersFrom(entries: readonly Entry[]): readonly RosterUser[] {
  const accountsOf = new Map<string | null, Set<string>>();
  for (const { login, user } of entries) {
    const accounts = accountsOf.get(login) ?? new Set<string>();
    accountsOf.set(login, accounts.add(user));
  }
  const loginsOf = new Map<string, Map<string, RosterUser['logins'][number]>>();
  for (const { user, login, cwd } of entries) {
    const logins = loginsOf.get(user) ?? new Map<string, RosterUser['logins'][number]>();
    loginsOf.set(user, logins);
    if (login !== null && accountsOf.get(login)?.size === 1 && !logins.has(login))
      logins.set(login, { name: login, cwd });
  }
  return [...loginsOf].map(([name, logins]) => ({
    name,
    logins: [...logins.values()],
    parked: false,
    isAdmin: false,
    mistake: null,
    policy: defaultPolicy,
  }));
}
