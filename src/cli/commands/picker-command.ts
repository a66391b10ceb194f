import { lookForPicker } from '../../reconcile/observe/look-for-picker.ts';
import { pickerDocument, pickerRows } from '../../render/plan/picker.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openContext } from '../open-context.ts';
import { writeTable } from '../output.ts';
import { oneUserAnd } from '../user-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { user } = oneUserAnd(invocation.args);
  const context = await openContext(invocation, [user], 'record');
  const look = await lookForPicker(context);
  writeTable(invocation, {
    document: () => pickerDocument(look),
    table: () => pickerRows(look),
    diagnostics: look.diagnostics,
  });
  return look.unknown === null ? exitCodes.done : exitCodes.incomplete;
}
