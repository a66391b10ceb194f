import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { listeningSocketsBelow } from '../listening-sockets.ts';
import { privateTmux, waitUntil } from '../private-tmux.ts';
import { startReconciler } from '../reconciler/start-reconciler.ts';
import { cluesFor, keepsLoginRecords, storedEntries } from './stage-facts.ts';
import type { Stage } from './play-storm.ts';

/** A tmux of the invoking user's own, and the program as that user runs it. */
export function privateStage(): Stage {
  const own = privateTmux();
  const { account } = own.target;
  const stateDirectory = join(own.directory, 'state');
  const setup = { account, stateDirectory, socketName: null, tmuxTmpDir: own.directory };
  const reconciler = startReconciler({ ...setup, searchPath: own.target.searchPath });
  const isServerRunning = (): boolean => listeningSocketsBelow(own.directory) > 0;
  const loginRecords = keepsLoginRecords();
  const awaitServerEnd = (): void => waitUntil(() => !isServerRunning(), 'the end of the server', 30_000);
  return {
    tmux: own.tmux,
    killServer: () => {
      own.killServer();
      awaitServerEnd();
    },
    isServerRunning,
    awaitServerEnd,
    removeSocket: () => rmSync(own.socketPath, { force: true }),
    endProcess: (pid) => void process.kill(pid, 'SIGKILL'),
    run: (run, bootId) => reconciler.ask({ run, bootId }),
    stored: () => storedEntries(stateDirectory, account.name),
    clues: () => ({
      ...cluesFor(stateDirectory, account, own.serverPids()[0] ?? null),
      loginRecords,
      socketIsThere: existsSync(own.socketPath),
    }),
  };
}
