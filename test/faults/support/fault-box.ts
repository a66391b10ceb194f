import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { listeningSocketsBelow } from '../../support/listening-sockets.ts';
import { binary, rosterOfSelf, type Environment, type PersistResult } from '../../support/persist-sandbox.ts';
import { createPrivateTmux, waitUntil } from '../../support/private-tmux.ts';

/**
 * A home, a tmux, a state directory and a PID namespace of their own, used again for many runs.
 *
 * In the namespace a run sees no process but its own and those of its tmux, so that every run of one scene makes the same
 * system calls, whatever else the host does.
 */
export interface FaultBox {
  readonly user: string;
  readonly home: string;
  readonly stateDirectory: string;
  readonly env: Environment;
  /** Runs a program inside, and waits for its end. */
  readonly run: (argv: readonly string[], env?: Environment) => Promise<PersistResult>;
  /** Runs the built program inside. */
  readonly persist: (...args: readonly string[]) => Promise<PersistResult>;
  /** Runs tmux inside and returns what it printed; throws when it fails. */
  readonly tmux: (...args: readonly string[]) => Promise<string>;
  /** Kills the tmux server as an OOM kill does, and waits until its panes have ended, too. */
  readonly killServer: () => void;
  readonly serverCount: () => number;
  /** Puts the state directory into one of the states that were kept. */
  readonly restoreState: (name: string) => void;
  /** Keeps the state directory as it is, under a name. */
  readonly keepState: (name: string) => void;
  readonly destroy: () => void;
}

const timeoutMs = 60_000;

/** Makes a box; the caller destroys it. */
export function createFaultBox(policy = ''): FaultBox {
  const { username, shell } = userInfo();
  const own = createPrivateTmux({ shell: shell ?? '/bin/sh' });
  const home = own.directory;
  writeFakeClaude(home);
  const rosterPath = join(home, 'roster.yaml');
  writeFileSync(rosterPath, rosterOfSelf(policy));
  const stateDirectory = join(home, 'state');
  const namespace = openNamespace();
  const env: Environment = {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    TMUX_TMPDIR: home,
    TMUX_PERSIST_STATE_DIR: stateDirectory,
    TMUX_PERSIST_ROSTER: rosterPath,
    TZ: 'UTC',
  };
  const run: FaultBox['run'] = (argv, more = {}) => runProgram([...namespace.enter, ...argv], { ...env, ...more });
  const kept = (name: string): string => join(home, 'kept', name);
  const killServer = (): void =>
    waitUntil(() => {
      own.killServer();
      return listeningSocketsBelow(home) === 0;
    }, 'the death of the server');
  return {
    user: username,
    home,
    stateDirectory,
    env,
    run,
    persist: (...args) => run([process.execPath, binary, ...args]),
    tmux: async (...args) => {
      const { exitCode, stdout, stderr } = await run(['tmux', '-u', '-f', '/dev/null', ...args], {
        LANG: 'C.UTF-8',
        SHELL: '/bin/sh',
      });
      if (exitCode !== 0) throw new Error(`tmux ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
    killServer,
    serverCount: () => listeningSocketsBelow(home),
    restoreState: (name) => {
      rmSync(stateDirectory, { recursive: true, force: true });
      if (existsSync(kept(name))) copy(kept(name), stateDirectory);
    },
    keepState: (name) => {
      rmSync(kept(name), { recursive: true, force: true });
      mkdirSync(join(home, 'kept'), { recursive: true });
      if (existsSync(stateDirectory)) copy(stateDirectory, kept(name));
    },
    destroy: () => {
      killServer();
      namespace.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
}

/** Its first process does nothing but bury the dead: a zombie is an entry of /proc. */
function openNamespace(): { readonly enter: readonly string[]; readonly close: () => void } {
  const first = ['sh', '-c', 'while :; do sleep 3600; done'];
  const outside = spawn('unshare', ['--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL', ...first], {
    stdio: 'ignore',
  });
  let inside = 0;
  waitUntil(() => (inside = sleeperBelow(outside)) > 0, 'a PID namespace');
  return {
    enter: ['nsenter', '--target', String(inside), '--pid', '--mount', '--'],
    close: () => void outside.kill('SIGKILL'),
  };
}

/** The first process, once /proc has been mounted for it. */
function sleeperBelow({ pid }: ChildProcess): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? [];
    const [child = ''] = children;
    return readFileSync(`/proc/${child}/comm`, 'utf8') === 'sh\n' ? Number(child) : 0;
  } catch {
    return 0;
  }
}

function runProgram(argv: readonly string[], env: Environment): Promise<PersistResult> {
  const [file = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: '/',
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const printed = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed.stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (printed.stderr += chunk));
    child.on('error', reject);
    // Not its output's end: a child that outlives a killed run may hold that open.
    child.on('exit', (exitCode) => setImmediate(() => resolve({ exitCode, ...printed })));
  });
}
