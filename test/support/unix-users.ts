import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, lookUpAccounts } from '../../src/system/host/accounts.ts';
import { guardAccounts } from './account-guard.ts';
import { waitUntil } from './private-tmux.ts';
import { killProcessesOf, tmuxServerOf } from './unix-processes.ts';

/** A real account of a test's own, with a home, a supplementary group, and a tmux socket that nobody else uses. */
export interface UnixUser extends Account {
  /** Every group of the account, sorted: its own, and the extra one. */
  readonly groups: readonly number[];
  readonly socketPath: string;
  /** Runs a program as the user, from a clean environment, and returns what it printed; throws when it fails. */
  readonly run: (...argv: readonly string[]) => string;
  /** Runs tmux as the user, on the user's socket. */
  readonly tmux: (...args: readonly string[]) => string;
  /** Starts a session in the home, with a shell or with the given command. */
  readonly startSession: (name: string, ...command: readonly string[]) => void;
  /** Names of the sessions that run, sorted; none when no server runs. */
  readonly sessions: () => readonly string[];
  readonly serverPid: () => number | null;
  /** What an OOM kill of the server does: the socket file stays. */
  readonly killServer: () => void;
}

/** Three accounts and as many others as were asked for, which are created together and go away together. */
export interface UnixUsers {
  readonly emo: UnixUser;
  readonly anca: UnixUser;
  readonly wizard: UnixUser;
  readonly others: readonly UnixUser[];
  /** Everyone may read it; the homes are in it. */
  readonly directory: string;
  readonly socketName: string;
  /** Ends all that the users run, and removes their sockets. */
  readonly stop: () => void;
  readonly remove: () => Promise<void>;
}

/** Creates the accounts, as root. The caller removes them; they also go away with this process. */
export async function createUnixUsers(otherCount = 0): Promise<UnixUsers> {
  const tag = `tpt-${randomBytes(3).toString('hex')}`;
  const directory = mkdtempSync(join(tmpdir(), `${tag}-`));
  chmodSync(directory, 0o755);
  const group = `${tag}-extra`;
  const otherLabels = Array.from({ length: otherCount }, (_, at) => `other${at + 1}`);
  const labels = ['emo', 'anca', 'wizard', ...otherLabels];
  const remove = guardAccounts({ names: labels.map((label) => `${tag}-${label}`), group, directory });
  const add = (label: string): Promise<UnixUser> =>
    createUser(`${tag}-${label}`, { home: join(directory, label), group, socketName: tag });
  try {
    alterAccounts('groupadd', group);
    const [emo, anca, wizard] = [await add('emo'), await add('anca'), await add('wizard')];
    const others: UnixUser[] = [];
    for (const label of otherLabels) others.push(await add(label));
    const stop = (): void => {
      for (const { uid, home } of [emo, anca, wizard, ...others]) {
        killProcessesOf(uid);
        const configuration = join(home, '.tmux.conf');
        if (existsSync(configuration)) rmSync(configuration);
        rmSync(socketDirectoryOf(uid), { recursive: true, force: true });
      }
    };
    return { emo, anca, wizard, others, directory, socketName: tag, stop, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface UserOptions {
  readonly home: string;
  /** The extra one. */
  readonly group: string;
  readonly socketName: string;
}

async function createUser(name: string, { home, group, socketName }: UserOptions): Promise<UnixUser> {
  alterAccounts('useradd', '-M', '--home-dir', home, '--shell', '/bin/bash', '--groups', group, name);
  const account = (await lookUpAccounts([name])).get(name);
  if (account === undefined) throw new Error(`useradd made no account ${name}`);
  const { uid, gid } = account;
  // The number of an account that is gone is given out again, and its sockets may have stayed.
  rmSync(socketDirectoryOf(uid), { recursive: true, force: true });
  mkdirSync(home);
  chownSync(home, uid, gid);

  const environment = [
    `HOME=${home}`,
    `USER=${name}`,
    `LOGNAME=${name}`,
    'SHELL=/bin/bash',
    'LANG=C.UTF-8',
    searchPath,
  ];
  const run = (...argv: readonly string[]): string =>
    execFileSync('runuser', ['-u', name, '--', 'env', '-i', ...environment, ...argv], {
      cwd: '/',
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 10_000,
    });
  const tmux = (...args: readonly string[]): string => run('tmux', '-u', '-L', socketName, ...args);
  const serverPid = (): number | null => tmuxServerOf(uid);
  return {
    ...account,
    groups: numbersIn(execFileSync('id', ['-G', name], { encoding: 'utf8' })),
    socketPath: join(socketDirectoryOf(uid), socketName),
    run,
    tmux,
    startSession: (session, ...command) => void tmux('new-session', '-d', '-s', session, '-c', home, ...command),
    sessions: () => {
      if (serverPid() === null) return [];
      return tmux('list-sessions', '-F', '#{session_name}').split('\n').slice(0, -1).toSorted();
    },
    serverPid,
    killServer: () => {
      const pid = serverPid();
      if (pid === null) throw new Error(`${name} runs no tmux server`);
      process.kill(pid, 'SIGKILL');
      waitUntil(() => serverPid() === null, `the end of the tmux server of ${name}`);
    },
  };
}

const searchPath = 'PATH=/usr/local/bin:/usr/bin:/bin';

/** The numbers in a text, sorted. */
export function numbersIn(text: string): readonly number[] {
  return Array.from(text.matchAll(/\d+/g), ([digits]) => Number(digits)).toSorted((a, b) => a - b);
}

function socketDirectoryOf(uid: number): string {
  return `/tmp/tmux-${uid}`;
}

/** Runs a tool of shadow, again as long as another one holds the lock of the account files. */
export function alterAccounts(file: string, ...args: readonly string[]): void {
  waitUntil(() => {
    try {
      execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', timeout: 30_000 });
      return true;
    } catch (error) {
      if (error instanceof Error && error.message.includes('cannot lock')) return false;
      throw error;
    }
  }, `the lock of the account files, for ${file}`);
}
