import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createPrivateTmux, waitUntil, type PrivateTmux } from './private-tmux.ts';
import { writeFakeClaude } from './fake-claude.ts';
import { listeningSocketsBelow } from './listening-sockets.ts';

/** A home, a tmux and a state directory of their own for the invoking user, and the built program in them. */
export interface Sandbox {
  readonly user: string;
  readonly home: string;
  readonly stateDirectory: string;
  readonly rosterPath: string;
  readonly socketPath: string;
  /** The explicit environment of every run of the program; nothing else is inherited. */
  readonly env: Environment;
  readonly tmux: PrivateTmux['tmux'];
  /** Kills the tmux server as an OOM kill does: the socket file stays. */
  readonly killServer: () => void;
  /** Stops the tmux server in an orderly way and leaves no socket: Debian's tmux 3.3a leaves its file where it was. */
  readonly stopServer: () => void;
  /** How many servers run, their socket files being there or not. */
  readonly serverCount: () => number;
  /** The process id of the one tmux server. */
  readonly serverPid: () => number;
  /** Makes directories below the home and returns the path of the last one. */
  readonly directory: (...names: readonly string[]) => string;
  readonly persist: (...args: readonly string[]) => PersistResult;
  readonly persistIn: (env: Environment, ...args: readonly string[]) => PersistResult;
  /** Starts the program without waiting for its end; it is killed with the running test. */
  readonly start: (...args: readonly string[]) => RunningPersist;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface PersistResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningPersist {
  readonly child: ChildProcess;
  readonly result: Promise<PersistResult>;
}

export interface SandboxOptions {
  /** The text of the roster; null for none, so that the invoking user stands alone. */
  readonly roster?: string | null;
  readonly stateDirectory?: string;
  /** The PATH of the tests and of the program; that of the tests' own environment when not given. */
  readonly searchPath?: string;
  /** Whether the user's crontab saves every five minutes, as the README has it; without, it is that of the host. */
  readonly savesByCron?: boolean;
}

export const binary = join(import.meta.dirname, '../../dist/bin.js');
const ownSearchPath = process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';
const timeout = 25_000;

/** A sandbox that goes away with the running test, however that ends. */
export function sandbox({ roster = rosterOfSelf(), savesByCron = false, ...options }: SandboxOptions = {}): Sandbox {
  const { username, shell } = userInfo();
  const searchPath = options.searchPath ?? ownSearchPath;
  const own = createPrivateTmux({ shell: shell ?? '/bin/sh', searchPath });
  const home = own.directory;
  onTestFinished(() => destroy(own));
  writeFakeClaude(home);
  if (savesByCron) writeCrontab(home, '*/5 * * * *  tmux-persist save --quiet >/dev/null\n');
  const rosterPath = join(home, 'roster.yaml');
  if (roster !== null) writeFileSync(rosterPath, roster);
  const stateDirectory = options.stateDirectory ?? join(home, 'state');
  const env: Environment = {
    PATH: savesByCron ? `${cronDirectory(home)}:${searchPath}` : searchPath,
    HOME: home,
    TMUX_TMPDIR: home,
    TMUX_PERSIST_STATE_DIR: stateDirectory,
    // Other tests run servers of the same user at the same time.
    TMUX_PERSIST_SOCKET_NAME: 'default',
    TMUX_PERSIST_ROSTER: roster === null ? undefined : rosterPath,
    TZ: 'UTC',
  };
  const serverCount = (): number => listeningSocketsBelow(home);
  const persistIn: Sandbox['persistIn'] = (other, ...args) => runPersist({ ...env, ...other }, args);
  return {
    user: username,
    home,
    stateDirectory,
    rosterPath,
    socketPath: own.socketPath,
    env,
    tmux: own.tmux,
    killServer: () => killServer(own),
    stopServer: () => {
      own.tmux('kill-server');
      waitUntil(() => serverCount() === 0, 'the end of the server');
      rmSync(own.socketPath, { force: true });
    },
    serverCount,
    serverPid: () => {
      let pids: readonly number[] = [];
      waitUntil(() => (pids = own.serverPids()).length === 1, 'exactly one server');
      return Number(pids[0]);
    },
    directory: (...names) => names.map((name) => made(join(home, name))).at(-1) ?? home,
    persist: (...args) => persistIn({}, ...args),
    persistIn,
    start: (...args) => startPersist(env, args),
  };
}

/** Where a stand-in for crontab(1) lies, before the host's on the PATH. */
export function cronDirectory(home: string): string {
  return join(home, 'cron');
}

/** Installs a stand-in for crontab(1), which keeps the crontab in a file: `crontab -l` prints it, `crontab -` replaces it. */
export function writeCrontab(home: string, text: string | null): void {
  const file = join(cronDirectory(home), 'text');
  mkdirSync(cronDirectory(home), { recursive: true });
  const script = `#!/bin/sh\ncase "$1" in -l) exec cat '${file}' ;; -) new=$(cat); printf '%s\\n' "$new" >'${file}' ;; esac\n`;
  writeFileSync(join(cronDirectory(home), 'crontab'), script, { mode: 0o755 });
  if (text !== null) writeFileSync(file, text);
}

/** A roster of the invoking user alone; `policy` is YAML for `persist:` and is indented as given. */
export function rosterOfSelf(policy = ''): string {
  return `${policy}users:\n  ${JSON.stringify(userInfo().username)}: {}\n`;
}

/** Runs the built program with this environment and nothing else. */
export function runPersist(env: Environment, args: readonly string[]): PersistResult {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [binary, ...args], {
    cwd: '/',
    env: { ...env },
    encoding: 'utf8',
    timeout,
    killSignal: 'SIGKILL',
  });
  if (error !== undefined) throw error;
  return { exitCode: status, stdout, stderr };
}

function startPersist(env: Environment, args: readonly string[]): RunningPersist {
  const child = spawn(process.execPath, [binary, ...args], {
    cwd: '/',
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // No time limit but the test's: a watch has to live as long as its test, however busy the machine is.
  onTestFinished(() => void child.kill('SIGKILL'));
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (printed.stderr += chunk));
  const result = new Promise<PersistResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...printed }));
  });
  return { child, result };
}

/** Panes that die with their server may still write into the home while it is removed. */
function destroy(own: PrivateTmux): void {
  killServer(own);
  rmSync(own.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

function made(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

/** A server that is busy with its descriptors can be overlooked by one pass over /proc. */
function killServer(own: PrivateTmux): void {
  waitUntil(() => {
    own.killServer();
    return listeningSocketsBelow(own.directory) === 0;
  }, 'the death of the server');
}
