import { readFileSync, readlinkSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { listeningSocketsBelow } from '../listening-sockets.ts';
import { createPrivateTmux, waitUntil, type PrivateTmux } from '../private-tmux.ts';
import type { FakeClaude } from './install-fake-claude.ts';
import { readJson, type JsonObject } from './read-json.ts';

/** One run of the double in a pane of its own, which stays when the run ends. */
export interface FakeClaudePane {
  readonly pid: number;
  readonly session: string;
  /** Types a line, and waits until the screen shows the words. */
  readonly type: (line: string, thenShows: string) => void;
  /** Types a line and waits for nothing. */
  readonly send: (line: string) => void;
  readonly shows: (words: string) => void;
  /** Waits until the process runs no more. */
  readonly ended: () => void;
  readonly screen: () => string;
  /** The exit code, once it has ended. */
  readonly exitCode: () => number;
  /** `sessions/PID.json` below a configuration directory; null when it is not there or not whole. */
  readonly record: (configDirectory: string) => JsonObject | null;
}

export interface FakeClaudeRun {
  readonly cwd: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How it is called, when not as `claude` by way of PATH. */
  readonly argv0?: string;
}

/** A private tmux whose panes stay when their process ends; it goes away with the test, and what `fakes` started before it. */
export function tmuxForFakeClaude(fakes: () => readonly FakeClaude[]): PrivateTmux {
  const own = createPrivateTmux({ configuration: 'set -g remain-on-exit on\n' });
  onTestFinished(() => {
    const pids = fakes().flatMap((fake) => fake.starts().map(({ pid }) => pid));
    const alive = pids.filter((pid) => runsIn(own, pid));
    for (const pid of alive) process.kill(pid, 'SIGKILL');
    try {
      waitUntil(() => !alive.some((pid) => runsIn(own, pid)), 'the end of what the test started');
    } finally {
      killServer(own);
      own.destroy();
    }
  });
  return own;
}

/** A server that is busy with its descriptors can be overlooked by one pass over /proc. */
function killServer(own: PrivateTmux): void {
  waitUntil(() => {
    own.killServer();
    return listeningSocketsBelow(own.directory) === 0;
  }, 'the death of the server');
}

/** Starts the double in a new session of a private tmux, and waits until it says how it is. */
export function startFakeClaude(own: PrivateTmux, fake: FakeClaude, run: FakeClaudeRun): FakeClaudePane {
  const { cwd, args = [], env = {}, argv0 = 'claude' } = run;
  const settings = { PATH: `${fake.directory}:${own.target.searchPath}`, ...env };
  const assignments = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const format = '#{session_id} #{pane_id} #{pane_pid}';
  const command = ['env', ...assignments, argv0, ...args];
  const printed = own.tmux('new-session', '-d', '-P', '-F', format, '-c', cwd, '--', ...command);
  const [session = '', pane = '', pid = ''] = printed.trim().split(' ');
  const screen = (): string => own.tmux('capture-pane', '-p', '-J', '-S', '-', '-t', pane);
  const shows = (words: string): void => {
    waitUntil(() => screen().includes(words), `"${words}" in the pane`);
  };
  const send = (line: string): void => {
    own.tmux('send-keys', '-t', pane, '-l', line);
    own.tmux('send-keys', '-t', pane, 'Enter');
  };
  return {
    pid: Number(pid),
    session,
    screen,
    shows,
    send,
    type: (line, thenShows) => {
      send(line);
      shows(thenShows);
    },
    ended: () => {
      waitUntil(() => !runsIn(own, Number(pid)), 'the end of the process');
    },
    exitCode: () => {
      waitUntil(() => paneStatus(own, pane) !== '', 'the end of the process');
      return Number(paneStatus(own, pane));
    },
    record: (configDirectory) => readJson(`${configDirectory}/sessions/${pid}.json`),
  };
}

/** tmux 3.3a misses the end of about every fourth process until the next one ends (measured), so one is given to it. */
function paneStatus(own: PrivateTmux, pane: string): string {
  own.tmux('run-shell', 'true');
  return own.tmux('display-message', '-p', '-t', pane, '#{pane_dead_status}').trim();
}

/** A process as `/proc` shows it. */
export function processOf(pid: number): {
  readonly comm: string;
  readonly argv: readonly string[];
  readonly exe: string;
  readonly startTime: string;
} {
  const read = (name: string): string => readFileSync(`/proc/${pid}/${name}`, 'utf8');
  const stat = read('stat');
  return {
    comm: read('comm').trimEnd(),
    argv: read('cmdline').split('\0').slice(0, -1),
    exe: readlinkSync(`/proc/${pid}/exe`),
    startTime: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '',
  };
}

/** Whether the process runs and came from a pane of this tmux: its pid may long be another's, and a zombie runs no more. */
function runsIn({ socketPath }: PrivateTmux, pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`\0TMUX=${socketPath},`);
  } catch {
    return false;
  }
}
