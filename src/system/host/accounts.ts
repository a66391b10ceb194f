import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { systemErrorText } from '../errors.ts';
import { type CommandResult, run, toolEnvironment } from '../programs/exec.ts';
import { readRegularFile } from '../files/read-file.ts';

/** The name service gave no answer. This does not tell whether an account exists. */
class AccountLookupError extends Error {
  override readonly name = 'AccountLookupError';
}

const lookUpTimeoutMs = 10_000;

/** Looks up accounts by exact name, in at most one call of the name service; names without an account are not in the answer. */
export async function lookUpAccounts(names: readonly string[]): Promise<ReadonlyMap<string, Account>> {
  const asked = new Set(names.filter(canBeAccountName));
  // getent without names would list every account of the host, and of its directory service.
  if (asked.size === 0) return new Map();
  const result = await run(['getent', 'passwd', '--', ...asked], { timeoutMs: lookUpTimeoutMs, env: toolEnvironment });
  if (!answered(result)) throw new AccountLookupError(describe(result));
  const accounts = result.stdout.split('\n').flatMap((line) => parsePasswdLine(line) ?? []);
  // getent (glibc 2.36) reads a name of digits as a user id, and returns the account of another name.
  return new Map(accounts.filter(({ name }) => asked.has(name)).map((account) => [account.name, account]));
}

/** The account that this process runs as. Its home is $HOME when that is an absolute path. */
export function ownAccount(env: Readonly<Record<string, string | undefined>>): Account {
  const home = env['HOME'];
  try {
    const { username, uid, gid, homedir, shell } = userInfo();
    const isHomeUsable = home !== undefined && isAbsolute(home);
    return { name: username, uid, gid, home: isHomeUsable ? home : homedir, shell: shell ?? '' };
  } catch (error) {
    throw new AccountLookupError(`the invoking user has no account: ${systemErrorText(error)}`, { cause: error });
  }
}

function canBeAccountName(name: string): boolean {
  return /^[^\s:/\0]+$/.test(name);
}

/** getent(1): exit status 2 means that it did not find one or more names. */
function answered(result: CommandResult): boolean {
  return result.exitCode === 0 || (result.exitCode === 2 && result.failure === null);
}

function describe(result: CommandResult): string {
  const ending = result.failure ?? `exit code ${result.exitCode}`;
  return `getent passwd failed (${ending}): ${result.stderr.trim() || 'no message'}`;
}

/** A Unix account as the name service returns it. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Parses one line of passwd(5); null for any other text. */
export function parsePasswdLine(line: string): Account | null {
  const [name, , uid, gid, , home, shell, ...rest] = line.split(':');
  if (name === undefined || uid === undefined || gid === undefined || home === undefined || shell === undefined) {
    return null;
  }
  if (name === '' || rest.length > 0 || !isNumericId(uid) || !isNumericId(gid)) return null;
  return { name, uid: Number(uid), gid: Number(gid), home, shell };
}

function isNumericId(text: string): boolean {
  return /^[0-9]{1,10}$/.test(text);
}

/**
 * The account's primary group when no other user is in it; null when there is another one, or when the host's own files
 * do not tell.
 *
 * The group has the account's name, as useradd and adduser create it, so a directory service gives it to nobody else.
 * It has no other member, and is the primary group of no other account.
 */
export function privateGroupOf({ name, gid }: Pick<Account, 'name' | 'gid'>, etc = '/etc'): number | null {
  const configuration = etcText(join(etc, 'nsswitch.conf'));
  if (!asksFilesFirst(configuration, 'passwd') || !asksFilesFirst(configuration, 'group')) return null;
  const groups = etcText(join(etc, 'group'))
    .split('\n')
    .flatMap((line) => parseGroupLine(line) ?? [])
    .filter((group) => group.gid === gid);
  const isOwn = groups.length === 1 && groups.every((group) => group.name === name && group.others(name).length === 0);
  if (!isOwn) return null;
  return listLocalAccounts(etc).some((account) => account.gid === gid && account.name !== name) ? null : gid;
}

/** The id of a group in the host's own file; null when it is not there. */
export function localGroupId(name: string, etc = '/etc'): number | null {
  const groups = etcText(join(etc, 'group'))
    .split('\n')
    .flatMap((line) => parseGroupLine(line) ?? []);
  return groups.find((group) => group.name === name)?.gid ?? null;
}

interface Group {
  readonly name: string;
  readonly gid: number;
  readonly others: (name: string) => readonly string[];
}

/** group(5): `name:password:gid:member,member`. */
function parseGroupLine(line: string): Group | null {
  const [name, , gid, members] = line.split(':');
  if (name === undefined || members === undefined || gid === undefined || !/^\d+$/.test(gid)) return null;
  const named = members.split(',').filter((member) => member.trim() !== '');
  return { name, gid: Number(gid), others: (own) => named.filter((member) => member.trim() !== own) };
}

/** The accounts in the host's own file; those of a directory service are not in it. */
export function listLocalAccounts(etc = '/etc'): readonly Account[] {
  return etcText(join(etc, 'passwd'))
    .split('\n')
    .flatMap((line) => parsePasswdLine(line) ?? []);
}

/** nsswitch.conf(5). What cannot be read, has no line for it, or an action behind `files`, is left to the name service. */
function asksFilesFirst(configuration: string, database: 'passwd' | 'group'): boolean {
  return new RegExp(`^[^\\S\\n]*${database}:[^\\S\\n]*files(?=\\s|$)(?![^\\S\\n]*\\[)`, 'm').test(configuration);
}

/** The text of one of the host's own files; empty when it cannot be read. */
function etcText(path: string): string {
  const reading = readRegularFile(path, maxFileBytes);
  return reading.kind === 'read' ? reading.text : '';
}

const maxFileBytes = 1024 * 1024;
