import { changesBetween, type SessionChange } from '../core/history.ts';
import { type ListedSnapshot, renderSnapshotsText, snapshotRows, snapshotsDocument } from '../render/snapshots.ts';
import { eachSnapshot } from '../state/snapshot-source.ts';
import type { StoredSnapshot } from '../state/snapshot-store.ts';
import { exitCodes } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { openRecords } from './open-context.ts';
import { writeResult } from './output.ts';
import { oneUserAnd } from './user-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { user } = oneUserAnd(invocation.args);
  const source = (await openRecords(invocation, user)).snapshotsOf(user);
  const { isOutShown } = invocation.terminal;
  const stored = Array.from(eachSnapshot(source));
  const snapshots = stored.map((one, at) => listed(one, stored.slice(at + 1)));
  writeResult(invocation, {
    document: () => snapshotsDocument(user, snapshots),
    text: (options) => (isOutShown ? renderSnapshotsText(user, snapshots, options) : snapshotRows(snapshots)),
    diagnostics: source.diagnostics,
  });
  return exitCodes.done;
}

function listed(snapshot: StoredSnapshot, older: readonly StoredSnapshot[]): ListedSnapshot {
  if (snapshot.kind === 'damaged') return snapshot;
  const { id, manifest } = snapshot;
  const before = older.find((one) => one.kind === 'valid');
  const changes = changesBetween(before?.kind === 'valid' ? before.manifest : null, manifest);
  const changed = changeCounts(changes);
  const live = manifest.sessions.filter((session) => session.state === 'live').length;
  return { kind: 'valid', id, takenAt: manifest.takenAt, live, gone: manifest.sessions.length - live, changed };
}

/** `2 new, 1 gone, 3 other`: what one line has room for. `history` tells it in full. */
function changeCounts(changes: readonly SessionChange[]): string {
  const count = (...kinds: readonly string[]): number => changes.filter(({ kind }) => kinds.includes(kind)).length;
  const counts = [
    [count('appeared'), 'new'],
    [count('back'), 'back'],
    [count('gone'), 'gone'],
    [changes.length - count('appeared', 'back', 'gone'), 'other'],
  ] as const;
  return counts.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`])).join(', ');
}
