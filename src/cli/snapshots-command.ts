import { type ListedSnapshot, renderSnapshotsText, snapshotsDocument } from '../render/snapshots.ts';
import { readSnapshots, type StoredSnapshot } from '../state/snapshot-store.ts';
import { exitCodes } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { openRecords } from './open-context.ts';
import { writeResult } from './output.ts';
import { oneUserAnd } from './user-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { user } = oneUserAnd(invocation.args);
  const { stateDirectory } = await openRecords(invocation, user);
  const snapshots = Array.from(readSnapshots(stateDirectory, user), listed);
  writeResult(invocation, {
    document: () => snapshotsDocument(user, snapshots),
    text: (options) => renderSnapshotsText(user, snapshots, options),
    diagnostics: [],
  });
  return exitCodes.done;
}

function listed(snapshot: StoredSnapshot): ListedSnapshot {
  if (snapshot.kind === 'damaged') return snapshot;
  const { id, manifest } = snapshot;
  const live = manifest.sessions.filter((session) => session.state === 'live').length;
  return { kind: 'valid', id, takenAt: manifest.takenAt, live, gone: manifest.sessions.length - live };
}
