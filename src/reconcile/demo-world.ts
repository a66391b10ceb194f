import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { conversationsOf, panesOf } from '../core/manifest.ts';
import type { ObservedSession } from '../core/observation.ts';
import { rosterOfOne } from '../core/roster.ts';
import { createSessions } from '../tmux/create-sessions.ts';
import type { SessionRequest } from '../tmux/session-commands.ts';
import type { Context } from './context.ts';
import { agentStandIn } from './demo-agent.ts';
import { observeUsers, targetFor } from './observe/observe-users.ts';

/** One person of the demo, with a home, records and a tmux server apart from all that the user has. */
export interface DemoPerson {
  readonly context: Context;
  readonly createSessions: (sessions: readonly DemoSession[]) => Promise<void>;
  /** Ends the shell of a session, as somebody does who types `exit`. */
  readonly closeSession: (name: string) => Promise<void>;
  /** Ends the server as the kernel does when memory is short: at once, and its socket file remains. */
  readonly killServer: () => Promise<void>;
}

export interface DemoSession {
  readonly name: string;
  /** Below the home. */
  readonly directory: string;
  readonly windows: number;
  /** The conversation of the stand-in for an agent that runs in its first window; null for a shell. */
  readonly conversation: string | null;
}

export interface DemoWorld {
  readonly person: (name: string) => DemoPerson;
  readonly remove: () => Promise<void>;
}

type Outer = Omit<Context, 'roster' | 'users' | 'accounts' | 'stateDirectory'>;

const [timeoutMs, pollMs] = [10_000, 50];

/** Creates the world of the demo below one temporary directory; `remove` deletes all of it. */
export function makeDemoWorld(outer: Outer): DemoWorld {
  const root = mkdtempSync(join(tmpdir(), 'tmux-persist-demo-'));
  const people: DemoPerson[] = [];
  return {
    person: (name) => {
      const person = makePerson(outer, name, join(root, name));
      people.push(person);
      return person;
    },
    remove: async () => {
      for (const { killServer } of people) await killServer();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A name for what this user's own account does there. */
function makePerson(outer: Outer, name: string, root: string): DemoPerson {
  const home = join(root, 'home');
  mkdirSync(join(home, 'bin'), { recursive: true });
  const account = { ...outer.invoker.account, name, home };
  const agent = join(home, 'bin/claude');
  writeFileSync(agent, agentStandIn);
  chmodSync(agent, 0o755);
  const roster = rosterOfOne(name);
  const context: Context = {
    ...outer,
    roster,
    users: roster.users,
    accounts: new Map([[name, account]]),
    invoker: { ...outer.invoker, account, tmuxTmpDir: root },
    stateDirectory: join(root, 'state'),
    legacyDirectory: null,
    tmuxConfigFile: '/dev/null',
  };
  const observe = async () => {
    const looking = { ...context, signal: new AbortController().signal };
    const seen = (await observeUsers(looking, context.users, 'leave-out', () => () => null)).get(name);
    return seen?.kind === 'observed' ? seen : null;
  };
  const until = async (isSo: (sessions: readonly ObservedSession[]) => boolean, what: string): Promise<void> => {
    const deadline = performance.now() + timeoutMs;
    while (!isSo((await observe())?.sessions ?? [])) {
      if (performance.now() > deadline) throw new DemoError(`${what} did not come about`);
      await delay(pollMs);
    }
  };
  return {
    context,
    createSessions: async (sessions) => {
      for (const { directory } of sessions) mkdirSync(join(home, directory), { recursive: true });
      const requests = sessions.map((session) => requestFor(session, home, agent));
      const options = { timeoutMs, signal: context.signal, live: null };
      const results = await createSessions(targetFor(context, account), requests, options);
      const failure = results.find((result) => result.outcome === 'failed');
      if (failure?.outcome === 'failed') throw new DemoError(`tmux could not create a session: ${failure.message}`);
      const wanted = sessions.flatMap(({ conversation }) => conversation ?? []).length;
      await until((seen) => seen.flatMap(conversationsOf).length === wanted, 'the conversation');
    },
    closeSession: async (session) => {
      const found = (await observe())?.sessions.find((one) => one.name === session);
      const shell = found === undefined ? null : (panesOf(found)[0]?.process ?? null);
      if (shell !== null) process.kill(shell.pid, 'SIGHUP');
      await until((seen) => seen.every((one) => one.name !== session), `the end of ${session}`);
    },
    killServer: async () => {
      const server = (await observe())?.server ?? null;
      if (server !== null) process.kill(server.pid, 'SIGKILL');
    },
  };
}

/** The demo could not show what it is meant to show. */
class DemoError extends Error {
  override readonly name = 'DemoError';
}

function requestFor(
  { name, directory, windows, conversation }: DemoSession,
  home: string,
  agent: string,
): SessionRequest {
  const cwd = join(home, directory);
  return {
    name,
    path: cwd,
    sharesWindowsOf: null,
    sharedWindow: null,
    sharedLastWindow: null,
    options: [],
    environment: [],
    windows: Array.from({ length: windows }, (_, index) => ({
      index,
      name: '',
      automaticName: true,
      active: index === 0,
      last: false,
      zoomed: false,
      layout: null,
      options: [],
      panes: [
        {
          active: true,
          title: '',
          cwd,
          command: index === 0 && conversation !== null ? [agent, '--session-id', conversation] : null,
        },
      ],
    })),
  };
}
