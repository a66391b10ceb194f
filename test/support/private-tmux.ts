import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Account } from '../../src/system/host/accounts.ts';
import { environmentOf, tmuxArgv, type TmuxTarget } from '../../src/tmux/tmux-target.ts';

/** A tmux of a test's own: own socket directory, own home, no configuration but the one given. */
export interface PrivateTmux {
  readonly target: TmuxTarget;
  /** Also the home of the account. */
  readonly directory: string;
  readonly socketPath: string;
  /** Runs tmux and returns what it printed; throws when it fails. */
  readonly tmux: (...args: readonly string[]) => string;
  /** Processes that listen on a socket below the directory, its file being there or not. */
  readonly serverPids: () => readonly number[];
  /** What an OOM kill does: the socket file stays. */
  readonly killServer: () => void;
  readonly destroy: () => void;
}

export interface PrivateTmuxOptions {
  readonly configuration?: string;
  readonly shell?: string;
  /** Where its tmux is looked for; the tests' own PATH. */
  readonly searchPath?: string;
}

/** A private tmux that goes away with the running test, however that ends. */
export function privateTmux(options: PrivateTmuxOptions = {}): PrivateTmux {
  const made = createPrivateTmux(options);
  onTestFinished(made.destroy);
  return made;
}

/** A private tmux for several tests; the caller destroys it. */
export function createPrivateTmux(options: PrivateTmuxOptions = {}): PrivateTmux {
  const { configuration, shell = '/bin/sh', searchPath = process.env['PATH'] ?? '/usr/bin:/bin' } = options;
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'private-tmux-')));
  chmodSync(directory, 0o755);
  const configFile = join(directory, 'tmux.conf');
  if (configuration !== undefined) writeFileSync(configFile, configuration);
  const target: TmuxTarget = {
    account: ownAccount(directory, shell),
    access: 'own',
    socketName: null,
    socketPath: null,
    configFiles: configuration === undefined ? [] : [configFile],
    tmpDir: directory,
    searchPath,
    serverEnv: {},
    placement: null,
  };
  const serverPids = () => listenersBelow(directory);
  // Again and again, because a pane's process that is being forked also holds the listening socket for a moment.
  const killServer = () =>
    waitUntil(() => {
      const pids = serverPids();
      for (const pid of pids) kill(pid);
      return pids.length === 0;
    }, 'the end of the private tmux server');
  return {
    target,
    directory,
    socketPath: join(directory, `tmux-${target.account.uid}`, 'default'),
    tmux: (...args) => {
      const [file, ...rest] = tmuxArgv(target, args);
      return execFileSync(file, rest, {
        env: { ...environmentOf(target) },
        cwd: '/',
        encoding: 'utf8',
        timeout: 25_000,
      });
    },
    serverPids,
    killServer,
    destroy: () => {
      killServer();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Blocks until the condition holds. The limit is long enough for a busy machine: it ends only what hangs. */
export function waitUntil(condition: () => boolean, what = 'the condition', limitMs = 25_000): void {
  const deadline = Date.now() + limitMs;
  let pauseMs = 10;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what} did not come true within ${limitMs / 1000} s`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    // Most conditions ask a program: what takes long is asked less and less often.
    pauseMs = Math.min(pauseMs * 1.3, 100);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function ownAccount(home: string, shell: string): Account {
  const uid = process.getuid?.() ?? 0;
  return {
    name: execFileSync('id', ['-un'], { encoding: 'utf8' }).trim(),
    uid,
    gid: process.getgid?.() ?? 0,
    home,
    shell,
  };
}

function listenersBelow(directory: string): readonly number[] {
  const rows = readFileSync('/proc/net/unix', 'utf8').split('\n');
  const sockets = new Set(
    rows.filter((row) => row.includes(` ${directory}/`)).map((row) => `socket:[${row.trim().split(/\s+/)[6] ?? ''}]`),
  );
  if (sockets.size === 0) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && holds(name, sockets))
    .map(Number);
}

function holds(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    if (!readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('tmux')) return false;
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false;
  }
}
