import { existsSync } from 'node:fs';
import { type Manifest, panesOf } from '../../src/core/manifest.ts';
import { readHeals } from '../../src/state/heals.ts';
import { readNewestValid } from '../../src/state/snapshot-store.ts';
import { watchStatePath } from '../../src/state/state-paths.ts';
import { readWatchState, type WatchState } from '../../src/state/watch-state.ts';
import { hasLastingConnection } from './listening-sockets.ts';
import { type PersistResult, rosterOfSelf, type RunningPersist, sandbox, type Sandbox } from './persist-sandbox.ts';
import { waitUntil } from './private-tmux.ts';

type Stored = Pick<Sandbox, 'stateDirectory' | 'user'>;

/** A watch that has recorded these sessions of a sandbox, and waits for the end of their server; it ends with the running test. */
export function watched(names: readonly string[], roster = rosterOfSelf()): { box: Sandbox; watch: RunningPersist } {
  const box = sandbox({ roster });
  for (const name of names) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
  const watch = startWatch(box);
  waitUntil(() => names.every((name) => causeOf(box, name) === 'live'), 'the first record');
  // Only then it sees how the server ends.
  if (names.length > 0) waitUntil(() => hasLastingConnection(box.socketPath), 'the wait for the server');
  return { box, watch };
}

export function startWatch(box: Sandbox): RunningPersist {
  const watch = box.start('watch');
  waitUntil(() => toldBy(box)?.pid === watch.child.pid, 'the start of the watch');
  return watch;
}

/** Ends a watch as systemd does, and returns what it has printed. */
export function stopped(watch: RunningPersist): Promise<PersistResult> {
  watch.child.kill('SIGTERM');
  return watch.result;
}

/** What the watch tells of itself; null while it has told nothing. */
export function toldBy({ stateDirectory }: Stored): WatchState | null {
  return existsSync(watchStatePath(stateDirectory)) ? readWatchState(stateDirectory) : null;
}

/** `live`, or the cause of the loss of the newest entry of that name; null when none is recorded. */
export function causeOf(box: Stored, name: string): string | null {
  const entries = (newest(box)?.sessions ?? []).filter((entry) => entry.name === name);
  return entries.some(({ state }) => state === 'live') ? 'live' : (entries[0]?.cause ?? null);
}

/** Whether the record has this conversation running. */
export function isRecordedRunning(box: Stored, id: string): boolean {
  const live = (newest(box)?.sessions ?? []).filter(({ state }) => state === 'live');
  return live.some((entry) =>
    panesOf(entry).some(({ conversation }) => conversation?.id === id && conversation.ended === null),
  );
}

/** Why sessions are held back from healing. */
export function heldOf({ stateDirectory, user }: Stored): readonly string[] {
  return readHeals(stateDirectory, user).held.map(({ why }) => why);
}

/** How the finished heals ended. */
export function healOutcomesOf({ stateDirectory, user }: Stored): readonly string[] {
  return readHeals(stateDirectory, user).heals.flatMap(({ outcome }) => outcome ?? []);
}

function newest({ stateDirectory, user }: Stored): Manifest | null {
  return readNewestValid(stateDirectory, user).newest?.manifest ?? null;
}
