import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lookUpAccounts } from '../../src/system/accounts.ts';
import type { Account } from '../../src/system/account.ts';
import { waitUntil } from './private-tmux.ts';

/** A real account of a test's own, with a home, a supplementary group, and a tmux socket that nobody else uses. */
export interface UnixUser extends Account {
  /** Every group of the account: its own, and the extra one. */
  readonly groups: readonly number[];
  readonly socketPath: string;
  /** Runs a program as the user, from a clean environment, and returns what it printed; throws when it fails. */
  readonly run: (...argv: readonly string[]) => string;
  /** Runs tmux as the user, on the user's socket, with no configuration. */
  readonly tmux: (...args: readonly string[]) => string;
  /** Names of the sessions that run, sorted; none when no server answers. */
  readonly sessions: () => readonly string[];
  /** The user's tmux server; null when none runs. */
  readonly serverPid: () => number | null;
  /** What an OOM kill of the server does: the socket file stays. */
  readonly killServer: () => void;
  /** Ends all that the user runs and removes the user's sockets. */
  readonly stop: () => void;
}

/** Accounts that are created together and go away together. */
export interface UnixUsers<Label extends string> {
  /** Readable by everyone; the homes are in it. */
  readonly directory: string;
  readonly socketName: string;
  readonly byLabel: Readonly<Record<Label, UnixUser>>;
  readonly remove: () => void;
}

/** Creates one account for each label, as root; the caller removes them, and the end of the process does if it did not. */
export async function createUnixUsers<Label extends string>(
  labels: readonly Label[],
): Promise<UnixUsers<Label>> {
  const tag = randomBytes(3).toString('hex');
  const names = labels.map((label) => `tpt-${tag}-${label}`);
  const extraGroup = `tpt-${tag}-extra`;
  const directory = mkdtempSync(join(tmpdir(), 'unix-users-'));
  const created: string[] = [];
  const remove = (): void => {
    process.off('exit', remove);
    removeAccounts(created.splice(0), extraGroup, directory);
  };
  process.on('exit', remove);
  try {
    chmodSync(directory, 0o755);
    retried('groupadd', extraGroup);
    for (const name of names) {
      const home = join(directory, 'home', name);
      retried('useradd', '--no-create-home', '--home-dir', home, '--shell', '/bin/bash', '--groups', extraGroup, name);
      created.push(name);
    }
    const accounts = await lookUpAccounts(names);
    const users = labels.map((label, at): readonly [Label, UnixUser] => {
      const account = accounts.get(names[at] ?? '');
      if (account === undefined) throw new Error(`useradd made no account ${names[at] ?? ''}`);
      return [label, userOf(account, tag)];
    });
    return { directory, socketName: tag, byLabel: recordOf(users), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Ids of the processes that run as a user; zombies are none. */
export function processesOf(uid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && runsAs(name, uid))
    .map(Number);
}

function userOf(account: Account, socketName: string): UnixUser {
  const { name, uid, gid, home } = account;
  const socketDirectory = `/tmp/tmux-${uid}`;
  // The numbers of accounts that are gone are given out again, and their sockets may have stayed.
  rmSync(socketDirectory, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  chownSync(home, uid, gid);
  const environment = [`HOME=${home}`, `USER=${name}`, `LOGNAME=${name}`, 'SHELL=/bin/bash', 'LANG=C.UTF-8'];
  const run = (...argv: readonly string[]): string =>
    execFileSync('runuser', ['-u', name, '--', 'env', '-i', ...environment, `PATH=${searchPath}`, ...argv], {
      cwd: '/',
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 10_000,
    });
  const tmux = (...args: readonly string[]): string => run('tmux', '-u', '-f', '/dev/null', '-L', socketName, ...args);
  const serverPid = (): number | null => processesOf(uid).find((pid) => commOf(pid) === 'tmux: server') ?? null;
  const end = (pids: () => readonly number[]): void => {
    for (const pid of pids()) signal(pid, 'SIGKILL');
    waitUntil(() => {
      for (const pid of pids()) signal(pid, 'SIGKILL');
      return pids().length === 0;
    }, `the end of what ${name} runs`);
  };
  return {
    ...account,
    groups: execFileSync('id', ['-G', name], { encoding: 'utf8' }).trim().split(' ').map(Number).toSorted(byValue),
    socketPath: join(socketDirectory, socketName),
    run,
    tmux,
    serverPid,
    sessions: () => {
      if (serverPid() === null) return [];
      return tmux('list-sessions', '-F', '#{session_name}').split('\n').slice(0, -1).toSorted();
    },
    killServer: () => {
      const pid = serverPid();
      if (pid === null) throw new Error(`${name} runs no tmux server`);
      signal(pid, 'SIGKILL');
      waitUntil(() => serverPid() === null, `the end of the tmux server of ${name}`);
    },
    stop: () => {
      end(() => processesOf(uid));
      rmSync(socketDirectory, { recursive: true, force: true });
    },
  };
}

const searchPath = '/usr/local/bin:/usr/bin:/bin';

function removeAccounts(names: readonly string[], extraGroup: string, directory: string): void {
  const failures: unknown[] = [];
  const attempt = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      failures.push(error);
    }
  };
  for (const name of names) {
    attempt(() => {
      const uid = Number(execFileSync('id', ['-u', name], { encoding: 'utf8' }));
      for (const pid of processesOf(uid)) signal(pid, 'SIGKILL');
      waitUntil(() => processesOf(uid).length === 0, `the end of what ${name} runs`);
      rmSync(`/tmp/tmux-${uid}`, { recursive: true, force: true });
    });
    attempt(() => retried('userdel', '--force', name));
  }
  attempt(() => retried('groupdel', '--force', extraGroup));
  attempt(() => rmSync(directory, { recursive: true, force: true }));
  if (failures.length > 0) throw new AggregateError(failures, `not all of ${names.join(', ')} could be removed`);
}

/** The tools of shadow give up when another one holds the lock of /etc/passwd or /etc/group: exit status 1 or 10. */
function retried(file: string, ...args: readonly string[]): void {
  let words = '';
  waitUntil(() => {
    try {
      execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', timeout: 30_000 });
      return true;
    } catch (error) {
      words = error instanceof Error ? error.message : String(error);
      if (!/cannot lock/.test(words)) throw error;
      return false;
    }
  }, `${file}: ${words}`);
}

function runsAs(pid: string, uid: number): boolean {
  try {
    return statSync(`/proc/${pid}`).uid === uid && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function commOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return null;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself in the meantime.
  }
}

function byValue(a: number, b: number): number {
  return a - b;
}
