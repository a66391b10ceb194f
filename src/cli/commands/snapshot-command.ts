import { lookAtSnapshot } from '../../reconcile/observe/look-for-picker.ts';
import { selectionDocument, selectionRowsText } from '../../render/plan/picker.ts';
import { exitCodes, Refusal, UnknownRefusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openContext } from '../open-context.ts';
import { writeTable } from '../output.ts';
import { snapshotIdIn } from '../selection-arguments.ts';
import { oneUserAnd } from '../user-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const {
    user,
    rest: [word = ''],
  } = oneUserAnd(invocation.args);
  const id = snapshotIdIn(word);
  const context = await openContext(invocation, [user], 'record');
  const look = await lookAtSnapshot(context, id);
  if ('problem' in look) {
    throw look.isMissing ? new UnknownRefusal('snapshot', look.problem) : new Refusal(look.problem);
  }
  const { selection } = look;
  if (selection === null) throw new UnknownRefusal('snapshot', `${user} has no snapshot ${id}`);
  writeTable(invocation, {
    document: () => selectionDocument(look, selection),
    table: () => selectionRowsText(selection.rows),
    diagnostics: look.diagnostics,
  });
  return look.unknown === null ? exitCodes.done : exitCodes.incomplete;
}
