import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Environment, PersistResult } from '../../support/persist-sandbox.ts';
import { waitUntil } from '../../support/private-tmux.ts';

/**
 * A PID namespace. What runs in it sees no process but those in it, so that every run of one scene makes the same system
 * calls, whatever else the host does.
 */
export interface Namespace {
  /** Runs a program inside, and waits for its end. */
  readonly run: (argv: readonly string[], env: Environment) => Promise<PersistResult>;
  /** Ends everything inside. */
  readonly close: () => void;
}

const timeoutMs = 40_000;

export function openNamespace(): Namespace {
  // Its first process does nothing but bury the dead: a zombie is an entry of /proc, too.
  const first = ['sh', '-c', 'while :; do sleep 3600; done'];
  const unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL', ...first];
  // It goes with the process of the tests, however that ends.
  const outside = spawn('setpriv', ['--pdeathsig', 'KILL', ...unshare], { stdio: 'ignore' });
  let inside = 0;
  waitUntil(() => (inside = firstProcessOf(outside)) > 0, 'a PID namespace');
  const enter = ['nsenter', '--target', String(inside), '--pid', '--mount', '--'];
  return {
    run: (argv, env) => runProgram([...enter, ...argv], env),
    close: () => void outside.kill('SIGKILL'),
  };
}

/** Its number outside, once /proc has been mounted for it; 0 before. */
function firstProcessOf({ pid }: ChildProcess): number {
  try {
    const [child = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? [];
    return readFileSync(`/proc/${child}/comm`, 'utf8') === 'sh\n' ? Number(child) : 0;
  } catch {
    return 0;
  }
}

/** A run that hangs is ended with all that it started but its tmux server, which has a session of its own. */
function runProgram(argv: readonly string[], env: Environment): Promise<PersistResult> {
  const [file = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: '/', env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const timer = setTimeout(() => killGroup(child), timeoutMs);
    const printed = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed.stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (printed.stderr += chunk));
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      resolve({ exitCode, ...printed });
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Its leader has ended, and something that it left holds its output.
  }
}
