import { afterEach } from 'vitest';
import { type GoneEntry, panesOf } from '../../src/core/manifest.ts';
import { readNewestValid, readSnapshots } from '../../src/state/snapshot-store.ts';
import { hasLastingConnection } from '../support/listening-sockets.ts';
import type { Environment, PersistResult, RunningPersist } from '../support/persist-sandbox.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { causeOf, toldBy } from '../support/watch.ts';
import type { UnixUser } from '../support/unix-users.ts';
import type { SharedHost } from './shared-host.ts';

/** Root's watch over the users of a host. */
export interface RootWatch {
  /** Starts it, and waits until it has told of itself. */
  readonly start: (env?: Environment) => void;
  readonly pid: () => number;
  /** What it has printed so far, as far as the test let it be read: only while it awaits something. */
  readonly said: () => string;
  /** Ends it as systemd does, and returns what it has printed. */
  readonly stop: () => Promise<PersistResult>;
  readonly kill: () => Promise<void>;
}

/** One watch at a time; it ends before the users of the host do. */
export function rootWatch(host: () => SharedHost): RootWatch {
  let running: RunningPersist | null = null;
  let said = '';
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<PersistResult | null> => {
    const ending = running;
    running = null;
    ending?.child.kill(signal);
    return ending?.result ?? null;
  };
  const pid = (): number => {
    if (running?.child.pid === undefined) throw new Error('no watch runs');
    return running.child.pid;
  };
  afterEach(async () => void (await end('SIGKILL')));
  return {
    start: (env = {}) => {
      running = host().launchIn(env, 'watch');
      said = '';
      running.child.stdout?.on('data', (chunk: string) => (said += chunk));
      waitUntil(() => toldBy({ ...host(), user: '' })?.pid === pid(), 'the start of the watch');
    },
    pid,
    said: () => said,
    stop: async () => {
      const result = await end('SIGTERM');
      if (result === null) throw new Error('no watch runs');
      return result;
    },
    kill: async () => void (await end('SIGKILL')),
  };
}

/** `live`, or the cause of the loss of a session; null when it is not recorded. */
export function recordedOf(host: SharedHost, { name }: UnixUser, session: string): string | null {
  return causeOf({ ...host, user: name }, session);
}

/** Waits until the sessions of a user that run are recorded as such, and the watch waits for the end of their server. */
export function awaitRecord(host: SharedHost, user: UnixUser, limitMs = 20_000): void {
  const sessions = user.sessions();
  waitUntil(
    () => sessions.every((session) => recordedOf(host, user, session) === 'live'),
    `the record of ${user.name}`,
    limitMs,
  );
  // Only then it sees how the server ends.
  if (sessions.length > 0) waitUntil(() => hasLastingConnection(user.socketPath), `the wait for ${user.name}`);
}

type Told = Pick<GoneEntry, 'cause' | 'killer'>;

/** How each loss of a session was ever recorded, the oldest first; the same loss is told again only when it is told otherwise. */
export function lossesOf({ stateDirectory }: SharedHost, { name }: UnixUser, session: string): readonly Told[] {
  const manifests = Array.from(readSnapshots(stateDirectory, name), (one) =>
    one.kind === 'valid' ? one.manifest.sessions : [],
  ).toReversed();
  const told = manifests.flat().flatMap((entry) => (entry.state === 'gone' && entry.name === session ? [entry] : []));
  const keys = told.map(({ goneAt, cause, killer }) => JSON.stringify([goneAt, cause, killer]));
  return told.filter((_, at) => keys.indexOf(keys[at] ?? '') === at).map(({ cause, killer }) => ({ cause, killer }));
}

/** How the conversation of a session stands in the newest record: `running`, or how it ended and by whom. */
export function conversationIn({ stateDirectory }: SharedHost, { name }: UnixUser, id: string): unknown {
  for (const snapshot of readSnapshots(stateDirectory, name)) {
    if (snapshot.kind !== 'valid') continue;
    const panes = snapshot.manifest.sessions.flatMap((entry) => [...panesOf(entry), ...entry.gonePanes]);
    const found = panes.find(({ conversation }) => conversation?.id === id)?.conversation ?? null;
    return found === null ? null : (found.ended ?? 'running');
  }
  return null;
}

/** What must not change for those whom nothing has happened to. */
export function worldOf({ tmux, serverPid }: UnixUser): readonly unknown[] {
  return [serverPid(), tmux('list-panes', '-a', '-F', '#{session_id} #{session_name} #{pane_id} #{pane_pid}')];
}

/** How many sessions of a user are in the newest record with that cause, or live. */
export function recordedSessionsOf({ stateDirectory }: SharedHost, { name }: UnixUser, what: string): number {
  const sessions = readNewestValid(stateDirectory, name).newest?.manifest.sessions ?? [];
  return sessions.filter(({ state, cause }) => (cause ?? state) === what).length;
}

/** Waits until tmux has noticed the end of a pane's process, while its server lives. */
export function awaitPaneEnd({ tmux }: UnixUser, pane: string): void {
  waitUntil(
    () => {
      // tmux 3.3a misses the end of about every fourth process until the next one ends (measured), so one is given to it.
      tmux('run-shell', 'true');
      return !tmux('list-panes', '-a', '-F', '#{pane_id}').split('\n').includes(pane);
    },
    `the end of the pane ${pane}`,
    20_000,
  );
}
