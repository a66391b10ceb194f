import { basename } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { ServerEnd } from '../../src/core/endings.ts';
import type { ServerIdentity } from '../../src/core/manifest.ts';
import { readTerminals } from '../../src/system/host/terminals.ts';
import { awaitServerEnd, type ServerWait } from '../../src/tmux/await-server-end.ts';
import { listServer } from '../../src/tmux/list-server.ts';
import type { PrivateTmux } from '../support/private-tmux.ts';

interface EndOfServer {
  readonly by: string;
  readonly end: ServerEnd;
  /** Brings it about while the server has the only session `last`. */
  readonly bring: (box: PrivateTmux) => void | Promise<void>;
}

/**
 * A server of 3.8 without a session lives until its loop turns, when somebody waits for its end. One request turns it,
 * such as the look of the watch after a terminal went.
 */
async function closeLastPaneAndLook(box: PrivateTmux): Promise<void> {
  await closeLastPane(box);
  await listServer(box.target);
}

/** The ways in which the server of a private tmux can end. */
export const endsOfServers: readonly EndOfServer[] = [
  { by: 'kill-server', end: 'orderly', bring: ({ tmux }) => void tmux('kill-server') },
  { by: 'SIGTERM', end: 'orderly', bring: ({ serverPids }) => kill(serverPids(), 'SIGTERM') },
  {
    by: 'the exit of the last shell',
    end: 'orderly',
    bring: async (box) => {
      await closed(box, () => box.tmux('send-keys', '-t', '=last:', 'exit', 'Enter'));
      await listServer(box.target);
    },
  },
  { by: 'SIGKILL of the last pane', end: 'orderly', bring: closeLastPaneAndLook },
  { by: 'SIGKILL', end: 'violent', bring: ({ serverPids }) => kill(serverPids(), 'SIGKILL') },
  { by: 'SIGSEGV', end: 'violent', bring: ({ serverPids }) => kill(serverPids(), 'SIGSEGV') },
];

/** Kills the process of the only pane, and returns when its terminal is gone. */
export async function closeLastPane(box: PrivateTmux): Promise<void> {
  const pane = Number(box.tmux('display-message', '-p', '#{pane_pid}'));
  await closed(box, () => process.kill(pane, 'SIGKILL'));
}

async function closed(box: PrivateTmux, close: () => void): Promise<void> {
  const before = terminalOf(box);
  close();
  await expect.poll(() => readTerminals().get(before.name)?.mark).not.toBe(before.mark);
}

function terminalOf({ tmux }: PrivateTmux): { readonly name: string; readonly mark: number | undefined } {
  const name = basename(tmux('display-message', '-p', '#{pane_tty}').trim());
  return { name, mark: readTerminals().get(name)?.mark };
}

function kill(pids: readonly number[], signal: NodeJS.Signals): void {
  if (pids.length === 0) throw new Error('there is no process to end');
  for (const pid of pids) process.kill(pid, signal);
}

export interface Waiting {
  readonly server: ServerIdentity;
  readonly end: Promise<ServerWait>;
  /** The end if it has come; null while the wait goes on. */
  readonly ended: () => ServerWait | null;
  readonly stop: () => void;
}

/** Begins to wait, and returns when the server has named itself. The wait ends with the running test at the latest. */
export async function beginToWait({ target }: PrivateTmux): Promise<Waiting> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  onTestFinished(stop);
  let ended: ServerWait | null = null;
  return await new Promise((resolve, reject) => {
    const onIdentity = (server: ServerIdentity): void => resolve({ server, end, ended: () => ended, stop });
    const end = awaitServerEnd(target, { signal: stopping.signal, onIdentity }).then((how) => {
      ended = how;
      reject(new Error(`the server did not name itself: ${JSON.stringify(how)}`));
      return how;
    });
  });
}
