import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, lookUpAccounts } from '../../src/system/host/accounts.ts';

/** Creates accounts with homes below `directory`, empty but for a start-up file. The caller removes them. */
export async function createBenchUsers(
  names: readonly string[],
  group: string,
  directory: string,
): Promise<readonly Account[]> {
  await alterAccounts('groupadd', group);
  mkdirSync(join(directory, 'home'));
  for (const name of names) {
    const home = join(directory, 'home', name);
    await alterAccounts('useradd', '-M', '--home-dir', home, '--shell', '/bin/bash', '--gid', group, name);
  }
  const accounts = await lookUpAccounts(names);
  return names.map((name) => {
    const account = accounts.get(name);
    if (account === undefined) throw new Error(`useradd made no account ${name}`);
    // The number of an account that is gone is given out again, and its sockets may have stayed.
    rmSync(`/tmp/tmux-${account.uid}`, { recursive: true, force: true });
    mkdirSync(account.home);
    for (const file of ['.profile', '.bashrc']) writeFileSync(join(account.home, file), startUp);
    chownSync(account.home, account.uid, account.gid);
    return account;
  });
}

const startUp = 'PATH="$HOME/.local/bin:/usr/local/bin:/usr/bin:/bin"\n';

/** Runs a tool of shadow, again as long as another one holds the lock of the account files. */
async function alterAccounts(file: string, ...args: readonly string[]): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', timeout: 30_000 });
      return;
    } catch (error) {
      const isLocked = error instanceof Error && error.message.includes('cannot lock');
      if (!isLocked || tries === 100) throw error;
      await delay(100);
    }
  }
}
