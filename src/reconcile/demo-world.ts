import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rosterOfOne } from '../core/roster.ts';
import { createSessions } from '../tmux/create-sessions.ts';
import type { SessionRequest } from '../tmux/session-commands.ts';
import type { PaneRequest } from '../tmux/window-commands.ts';
import type { Context } from './context.ts';
import { observeUsers, targetFor } from './observe/observe-users.ts';

/** A separate home, state directory and tmux server, so that the demo touches nothing of the user. */
export interface DemoWorld {
  readonly context: Context;
  readonly createSessions: () => Promise<readonly string[]>;
  /** Ends the server as the kernel does when memory is short: at once, and its socket file remains. */
  readonly killServer: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

const timeoutMs = 10_000;

/** Creates the world of the demo; `remove` deletes all of it. */
export function makeDemoWorld(outer: Omit<Context, 'roster' | 'users' | 'accounts' | 'stateDirectory'>): DemoWorld {
  const root = mkdtempSync(join(tmpdir(), 'tmux-persist-demo-'));
  const home = join(root, 'home');
  for (const directory of ['code/infra', 'code/tripit', 'notes']) mkdirSync(join(home, directory), { recursive: true });
  const account = { ...outer.invoker.account, home };
  const roster = rosterOfOne(account.name);
  const context: Context = {
    ...outer,
    roster,
    users: roster.users,
    accounts: new Map([[account.name, account]]),
    invoker: { ...outer.invoker, account, tmuxTmpDir: root },
    stateDirectory: join(root, 'state'),
    legacyDirectory: null,
    tmuxConfigFile: '/dev/null',
  };
  const target = targetFor(context, account);
  const killServer = async (): Promise<void> => {
    const looking = { ...context, signal: new AbortController().signal };
    const seen = (await observeUsers(looking, context.users, 'leave-out', () => () => null)).get(account.name);
    if (seen?.kind === 'observed' && seen.server !== null) process.kill(seen.server.pid, 'SIGKILL');
  };
  return {
    context,
    killServer,
    createSessions: async () => {
      const requests = demoSessions(home);
      const results = await createSessions(target, requests, { timeoutMs, signal: context.signal, live: null });
      const failure = results.find((result) => result.outcome === 'failed');
      if (failure?.outcome === 'failed') throw new DemoError(`tmux could not create a session: ${failure.message}`);
      return requests.map((request) => request.name);
    },
    remove: async () => {
      await killServer();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The demo could not show what it is meant to show. */
class DemoError extends Error {
  override readonly name = 'DemoError';
}

function demoSessions(home: string): readonly SessionRequest[] {
  const pane = (directory: string): PaneRequest => ({
    active: true,
    title: '',
    cwd: join(home, directory),
    command: null,
  });
  const session = (name: string, directory: string, ...more: readonly string[]): SessionRequest => ({
    name,
    path: join(home, directory),
    sharesWindowsOf: null,
    sharedWindow: null,
    sharedLastWindow: null,
    options: [],
    environment: [],
    windows: [directory, ...more].map((one, index) => ({
      index,
      name: '',
      automaticName: true,
      active: index === 0,
      last: false,
      zoomed: false,
      layout: null,
      options: [],
      panes: [pane(one)],
    })),
  });
  return [session('notes', 'notes'), session('R730 cooling', 'code/infra', 'code'), session('tripit', 'code/tripit')];
}
