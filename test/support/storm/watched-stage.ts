import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { readNewestValid } from '../../../src/state/snapshot-store.ts';
import { hasLastingConnection } from '../listening-sockets.ts';
import { binary, sandbox } from '../persist-sandbox.ts';
import { waitUntil } from '../private-tmux.ts';
import { toldBy } from '../watch.ts';
import type { WatchedStage } from './play-watch-storm.ts';

/** A tmux of the invoking user's own, and the built program that watches it; both end with the running test. */
export function watchedStage(oomKill: WatchedStage['oomKill']): WatchedStage {
  const box = sandbox();
  const { tmux } = box;
  const start = () => {
    const child = spawn(process.execPath, [binary, 'watch'], { cwd: '/', env: { ...box.env }, stdio: 'ignore' });
    waitUntil(() => toldBy(box)?.pid === child.pid, 'the start of the watch');
    return child;
  };
  let watch = start();
  onTestFinished(() => void watch.kill('SIGKILL'));
  return {
    tmux,
    panePid: (session) => Number(tmux('display-message', '-p', '-t', `=${session}:`, '#{pane_pid}')),
    signalServer: (signal) => void process.kill(box.serverPid(), signal),
    awaitServerEnd: () => waitUntil(() => box.serverCount() === 0, 'the end of the server'),
    oomKill,
    serverPid: box.serverPid,
    awaitSessionEnd: (name) =>
      waitUntil(
        () => {
          if (box.serverCount() === 0) return true;
          // tmux 3.3a misses the end of about every fourth process until the next one ends (measured), so one is given to it.
          const listed = attempt(() => tmux('run-shell', 'true', ';', 'list-sessions', '-F', '#{session_name}'));
          return listed !== null && !listed.split('\n').includes(name);
        },
        `the end of ${name}`,
        20_000,
      ),
    persist: (...args) => {
      const { exitCode, stderr } = box.persist(...args);
      if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${exitCode}: ${stderr}`);
    },
    isHeard: () => hasLastingConnection(box.socketPath),
    restartWatch: async (signal) => {
      const ended = new Promise((resolve) => watch.once('exit', resolve));
      watch.kill(signal);
      await ended;
      watch = start();
    },
    record: () => {
      const sessions = readNewestValid(box.stateDirectory, box.user).newest?.manifest.sessions ?? [];
      return sessions
        .map(
          ({ name, state, cause, killer }) => `${name}: ${cause ?? state}${killer === null ? '' : ` (${killer.kind})`}`,
        )
        .toSorted();
    },
    comesTrue: (condition) => {
      try {
        waitUntil(condition, 'it');
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** null when the server ended meanwhile. */
function attempt(ask: () => string): string | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
