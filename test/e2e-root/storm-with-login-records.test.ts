import { existsSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import { startReconciler } from '../support/reconciler/start-reconciler.ts';
import { playStorm, type Stage } from '../support/storm/play-storm.ts';
import { cluesFor, storedEntries } from '../support/storm/stage-facts.ts';
import { canKeepLoginRecords, loginRecords } from './login-records.ts';
import { sharedHost } from './shared-host.ts';

/** Another story: STORM_SEED, as a failure names it; a longer one: STORM_STEPS. */
const seed = Number(process.env['STORM_SEED'] ?? 6);
const steps = Number(process.env['STORM_STEPS'] ?? 100);

describe.runIf(canKeepLoginRecords)('on a host that keeps login records', () => {
  const host = sharedHost();
  const inside = loginRecords();

  test(
    `of ${steps} things that happen to a user’s sessions none is recorded or planned for otherwise than it was`,
    { timeout: 60_000 + steps * 2_000 },
    async () => {
      const { looks, created, causes } = await playStorm(stage(), { seed, steps });
      // A story in which little happens would prove little.
      expect(looks).toBeGreaterThan(steps / 4);
      expect(created).toBeGreaterThan(steps / 20);
      expect(causes.size).toBeGreaterThanOrEqual(4);
    },
  );

  /** Emo's tmux, whose servers and panes are in the login records, and the program as root runs it for emo. */
  function stage(): Stage {
    const { emo, stateDirectory } = host();
    const { name, uid, gid, home, shell, socketPath } = emo;
    const setup = { account: { name, uid, gid, home, shell }, stateDirectory, socketName: basename(socketPath) };
    const searchPath = '/usr/local/bin:/usr/bin:/bin';
    const reconciler = startReconciler({ ...setup, tmuxTmpDir: null, searchPath }, inside());
    const isServerRunning = (): boolean => emo.serverPid() !== null;
    const awaitServerEnd = (): void => waitUntil(() => !isServerRunning(), 'the end of the server', 30_000);
    const environment = ['env', '-i', `HOME=${home}`, `USER=${name}`, `SHELL=${shell}`, `PATH=${searchPath}`];
    const command = ['tmux', '-u', '-f', '/dev/null', '-L', basename(socketPath)];
    return {
      tmux: (...args) => {
        const [file = '', ...words] = [...inside(), 'runuser', '-u', name, '--', ...environment, ...command, ...args];
        return execFileSync(file, words, { cwd: '/', encoding: 'utf8', timeout: 25_000 });
      },
      killServer: () => {
        emo.killServer();
        awaitServerEnd();
      },
      isServerRunning,
      awaitServerEnd,
      removeSocket: () => rmSync(socketPath, { force: true }),
      endProcess: (pid) => void process.kill(pid, 'SIGKILL'),
      run: (run, bootId) => reconciler.ask({ run, bootId }),
      stored: () => storedEntries(stateDirectory, name),
      clues: () => ({
        ...cluesFor(stateDirectory, emo, emo.serverPid()),
        loginRecords: true,
        socketIsThere: existsSync(socketPath),
      }),
    };
  }
});
