import { spawn, spawnSync } from 'node:child_process';
import { closeSync, cpSync, fstatSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { binary, type Environment, type PersistResult, type RunningPersist } from '../support/persist-sandbox.ts';
import type { PlanDocument } from '../support/plan-document.ts';
import { createUnixUsers, type UnixUser, type UnixUsers } from '../support/unix-users.ts';

/** Real users, a roster of them, a state directory, and the built program as root runs it. */
export interface SharedHost {
  readonly emo: UnixUser;
  readonly anca: UnixUser;
  readonly wizard: UnixUser;
  /** As many as were asked for. */
  readonly others: readonly UnixUser[];
  /** Everyone may read it; it outlives the tests of a file. */
  readonly directory: string;
  readonly stateDirectory: string;
  readonly rosterPath: string;
  /** Replaces the roster, which lists all users; they are back in it for the next test. */
  readonly writeRoster: (text: string) => void;
  readonly persist: (...args: readonly string[]) => PersistResult;
  /** Root with more in its environment. */
  readonly persistIn: (env: Environment, ...args: readonly string[]) => PersistResult;
  /** The same, but several of them run at once. */
  readonly start: (...args: readonly string[]) => Promise<PersistResult>;
  /** The same, for one that is to be sent a signal. */
  readonly launch: (...args: readonly string[]) => RunningPersist;
  readonly launchIn: (env: Environment, ...args: readonly string[]) => RunningPersist;
  /** The same with that file as its stdout and stderr, which it is told to be the journal. */
  readonly launchIntoJournal: (path: string, ...args: readonly string[]) => RunningPersist;
  /** One of the users runs the program, with the given environment and their own HOME. */
  readonly persistAs: (user: UnixUser, env: Environment, ...args: readonly string[]) => PersistResult;
  readonly plan: (...args: readonly string[]) => PlanDocument;
}

/** Gives the tests of one file a host of their own. Each test starts with an empty state directory, and without a tmux server. */
export function sharedHost({ others = 0 } = {}): () => SharedHost {
  let users: UnixUsers | null = null;
  let host: SharedHost | null = null;
  beforeAll(async () => {
    users = await createUnixUsers(others);
    host = hostOf(users);
  });
  beforeEach(() => host?.writeRoster(rosterOf(host.emo, host.anca, host.wizard, ...host.others)));
  afterEach(() => {
    users?.stop();
    if (host !== null) rmSync(host.stateDirectory, { recursive: true, force: true });
  });
  afterAll(() => users?.remove());
  return () => {
    if (host === null) throw new Error('there is no host before the first test');
    return host;
  };
}

/** A roster of these users, in this order. */
export function rosterOf(...users: readonly UnixUser[]): string {
  return `users:\n${users.map(({ name }) => `  ${name}: {}\n`).join('')}`;
}

/** What is planned, as `emo: create notes (server-died)`, in the order of the plan. */
export function plannedFor(plan: PlanDocument): readonly string[] {
  return plan.users.flatMap(({ user, actions }) =>
    actions.map(({ action, session, cause }) => `${user}: ${action} ${session}${cause === null ? '' : ` (${cause})`}`),
  );
}

const timeout = 25_000;
/** Of a run that goes on while others are waited for. */
const asideTimeout = 170_000;

function hostOf({ emo, anca, wizard, others, directory, socketName }: UnixUsers): SharedHost {
  // The users may not be able to enter the directory of the project, such as one below /root.
  const program = join(directory, 'program');
  cpSync(dirname(binary), program, { recursive: true });
  const rosterPath = join(directory, 'roster.yaml');
  const stateDirectory = join(directory, 'state');
  const argv = [process.execPath, join(program, 'bin.js')] as const;
  const common = { TMUX_PERSIST_ROSTER: rosterPath, TMUX_PERSIST_SOCKET_NAME: socketName, TZ: 'UTC' };
  const rootEnv = { ...common, PATH: process.env['PATH'], HOME: '/root', TMUX_PERSIST_STATE_DIR: stateDirectory };
  const persistIn: SharedHost['persistIn'] = (env, ...args) => runToEnd([...argv, ...args], { ...rootEnv, ...env });
  const persist: SharedHost['persist'] = (...args) => persistIn({}, ...args);
  return {
    emo,
    anca,
    wizard,
    others,
    directory,
    stateDirectory,
    rosterPath,
    writeRoster: (text) => writeFileSync(rosterPath, text),
    persist,
    persistIn,
    start: (...args) => runAside([...argv, ...args], rootEnv).result,
    launch: (...args) => runAside([...argv, ...args], rootEnv),
    launchIn: (env, ...args) => runAside([...argv, ...args], { ...rootEnv, ...env }),
    launchIntoJournal: (path, ...args) => {
      const journal = openSync(path, 'w');
      const { dev, ino } = fstatSync(journal);
      const env = { ...rootEnv, JOURNAL_STREAM: `${dev}:${ino}` };
      const launched = runAside([...argv, ...args], env, journal);
      closeSync(journal);
      return launched;
    },
    persistAs: (user, env, ...args) =>
      runToEnd(['runuser', '-u', user.name, '--', ...argv, ...args], {
        ...common,
        // runuser is in /usr/sbin.
        PATH: process.env['PATH'],
        HOME: user.home,
        ...env,
      }),
    plan: (...args) => {
      const { stdout, stderr } = persist('plan', '--json', ...args);
      if (stdout === '') throw new Error(`plan printed nothing: ${stderr}`);
      const document: PlanDocument = JSON.parse(stdout);
      return document;
    },
  };
}

type Argv = readonly [string, ...string[]];

function runToEnd([file, ...args]: Argv, env: Environment): PersistResult {
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd: '/',
    env: { ...env },
    encoding: 'utf8',
    timeout,
    killSignal: 'SIGKILL',
  });
  if (error !== undefined) throw error;
  return { exitCode: status, stdout, stderr };
}

function runAside([file, ...args]: Argv, env: Environment, output: number | 'pipe' = 'pipe'): RunningPersist {
  const child = spawn(file, args, {
    cwd: '/',
    env: { ...env },
    stdio: ['ignore', output, output],
    timeout: asideTimeout,
    killSignal: 'SIGKILL',
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (printed.stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (printed.stderr += chunk));
  const result = new Promise<PersistResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...printed }));
  });
  return { child, result };
}
