import { defaultPolicy, defaultStartPolicy, type RosterProblem, type RosterUser } from '../core/roster.ts';
import { quoted } from './problem-words.ts';
import { inFileOrder, type RosterReading, tooLarge, withoutByteOrderMark } from './roster-reading.ts';

/** Reads the user-map form of a roster: lines of `authentik_user=os_user[:cwd]`, with `#` comments. */
export function parseUserMap(text: string, path: string): RosterReading {
  const oversize = tooLarge(text);
  if (oversize !== null) return { roster: null, problems: [oversize] };

  const lines = withoutByteOrderMark(text).split('\n').map(parsedLine);
  const entries = lines.flatMap((line) => (line.entry === null ? [] : [line.entry]));
  const problems = inFileOrder([...lines.flatMap((line) => line.problems), ...repeatedLogins(entries)]);
  if (problems.some((problem) => problem.severity === 'error')) return { roster: null, problems };
  if (entries.length === 0) return { roster: { path, start: defaultStartPolicy, users: [] }, problems: [nobody] };
  return { roster: { path, start: defaultStartPolicy, users: usersFrom(entries) }, problems };
}

interface Entry {
  readonly login: string;
  readonly user: string;
  readonly cwd: string | null;
  readonly line: number;
  readonly column: number;
}

interface ParsedLine {
  readonly entry: Entry | null;
  readonly problems: readonly RosterProblem[];
}

const nobody: RosterProblem = {
  severity: 'warning',
  code: 'no-users',
  line: 1,
  column: 1,
  message: 'roster lists no users',
};

function parsedLine(raw: string, index: number): ParsedLine {
  const content = withoutComment(raw);
  const text = content.trim();
  if (text === '') return { entry: null, problems: [] };
  const line = index + 1;
  const column = content.length - content.trimStart().length + 1;
  const problem = (code: RosterProblem['code'], offset: number, message: string): RosterProblem => ({
    severity: 'error',
    code,
    line,
    column: column + offset,
    message,
  });

  const [login, user, cwd] = fieldsOf(text);
  if (user === null) {
    const message = `line ${quoted(text)} must be authentik_user=os_user[:cwd]`;
    return { entry: null, problems: [problem('syntax', 0, message)] };
  }
  const userOffset = login.length + 1;
  const problems = [
    ...(isLogin(login) ? [] : [problem('invalid-value', 0, loginMessage(login))]),
    ...(isAccountName(user) ? [] : [problem('invalid-value', userOffset, accountMessage(user))]),
    ...(cwd === null || isStartDirectory(cwd)
      ? []
      : [problem('invalid-value', userOffset + user.length + 1, directoryMessage(cwd))]),
  ];
  return { entry: problems.length > 0 ? null : { login, user, cwd, line, column }, problems };
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

// The same rules as in schemas/roster.schema.json; a test compares them.
function isLogin(text: string): boolean {
  return text.length <= 256 && /^[^=:#\s\p{Cc}\p{Cs}]+$/u.test(text);
}

function isAccountName(text: string): boolean {
  return text.length <= 32 && /^[A-Za-z_][A-Za-z0-9._-]*\$?$/.test(text);
}

function isStartDirectory(text: string): boolean {
  return /^\/[^\p{Cc}\p{Cs}]*$/u.test(text);
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
    const earlier = first.get(entry.login);
    if (earlier === undefined) {
      first.set(entry.login, entry);
      return [];
    }
    const isSame = earlier.user === entry.user && earlier.cwd === entry.cwd;
    const problem: RosterProblem = {
      severity: isSame ? 'warning' : 'error',
      code: 'duplicate-login',
      line: entry.line,
      column: entry.column,
      message: `login ${quoted(entry.login)} is there twice, first in line ${earlier.line}, where it leads to user "${earlier.user}"`,
    };
    return [problem];
  });
}

function usersFrom(entries: readonly Entry[]): readonly RosterUser[] {
  const loginsOf = new Map<string, Map<string, RosterUser['logins'][number]>>();
  for (const { user, login, cwd } of entries) {
    const logins = loginsOf.get(user) ?? new Map<string, RosterUser['logins'][number]>();
    loginsOf.set(user, logins.set(login, { name: login, cwd }));
  }
  return [...loginsOf].map(([name, logins]) => ({
    name,
    logins: [...logins.values()],
    parked: false,
    policy: defaultPolicy,
  }));
}
