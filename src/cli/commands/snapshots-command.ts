import { changesBetween, type SessionChange } from '../../core/record/history.ts';
import {
  type ChangeCounts,
  type ListedSnapshot,
  renderSnapshotsText,
  snapshotRows,
  snapshotsDocument,
} from '../../render/records/snapshots.ts';
import { timelineRows } from '../../render/plan/picker.ts';
import { timelineOf } from '../../state/timeline-store.ts';
import { type SnapshotStep, stepsOf } from '../../state/snapshot-steps.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openRecords } from '../open-context.ts';
import { writeDiagnostics, writeResult } from '../output.ts';
import { oneUserAnd } from '../user-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { args } = invocation;
  if (args.has('brief') && args.has('json')) throw new Refusal('--brief and --json exclude each other');
  const { user } = oneUserAnd(args);
  const records = await openRecords(invocation, user);
  const source = records.snapshotsOf(user);
  if (args.has('brief')) {
    writeDiagnostics(invocation, source.diagnostics);
    invocation.terminal.writeOut(timelineRows(timelineOf(source, { stateDir: records.stateDirectory, user })));
    return exitCodes.done;
  }
  const { isOutShown } = invocation.terminal;
  const snapshots = Array.from(stepsOf(source), listed);
  writeResult(invocation, {
    document: () => snapshotsDocument(user, snapshots),
    text: (options) => (isOutShown ? renderSnapshotsText(user, snapshots, options) : snapshotRows(snapshots)),
    diagnostics: source.diagnostics,
  });
  return exitCodes.done;
}

function listed(step: SnapshotStep): ListedSnapshot {
  if (step.kind === 'damaged') return step;
  const { id, manifest, before } = step;
  const changed = changeCounts(changesBetween(before, manifest));
  const live = manifest.sessions.filter((session) => session.state === 'live').length;
  return { kind: 'valid', id, takenAt: manifest.takenAt, live, gone: manifest.sessions.length - live, changed };
}

/** What one line has room for. `history` tells it in full. */
function changeCounts(changes: readonly SessionChange[]): ChangeCounts {
  const count = (one: SessionChange['kind']): number => changes.filter(({ kind }) => kind === one).length;
  const counts = { appeared: count('appeared'), back: count('back'), gone: count('gone') };
  return { ...counts, other: changes.length - counts.appeared - counts.back - counts.gone };
}
