import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import type { Account } from './account.ts';
import { systemErrorText } from './errors.ts';
import { type CommandResult, run } from './exec.ts';
import { parsePasswdLine } from './parse-passwd-line.ts';
import { toolEnvironment } from './tool-environment.ts';

/** The name service could not be asked; says nothing about whether an account exists. */
export class AccountLookupError extends Error {
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
  // A name of digits is taken for a user id, and the account of another name is returned (getent, glibc 2.36).
  return new Map(accounts.filter(({ name }) => asked.has(name)).map((account) => [account.name, account]));
}

/** The account this process runs as; its home is $HOME when that is an absolute path. */
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

/** getent(1): 2 means that one or more names were not found. */
function answered(result: CommandResult): boolean {
  return result.exitCode === 0 || (result.exitCode === 2 && result.failure === null);
}

function describe(result: CommandResult): string {
  const ending = result.failure ?? `exit code ${result.exitCode}`;
  return `getent passwd failed (${ending}): ${result.stderr.trim() || 'no message'}`;
}
