import type { Diagnostic } from '../core/diagnostic.ts';
import { historyOf } from '../core/history.ts';
import { readSnapshots } from '../manifest/snapshot-store.ts';
import { historyDocument } from '../render/history-json.ts';
import { renderHistoryText, type UserHistory } from '../render/history-text.ts';
import { damagedSnapshot } from './damaged-snapshot.ts';
import { exitCodes } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { openRecords } from './open-records.ts';
import { writeResult } from './write-result.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { stateDirectory, users } = await openRecords(invocation, invocation.args.positionals[0] ?? null);
  const histories = users.map((user) => historyIn(stateDirectory, user));
  writeResult(invocation, {
    document: () => historyDocument(histories),
    text: (options) => renderHistoryText(histories, options),
    diagnostics: users.flatMap((user) => damagedIn(stateDirectory, user)),
  });
  return exitCodes.done;
}

function historyIn(stateDirectory: string, user: string): UserHistory {
  const valid = Array.from(readSnapshots(stateDirectory, user)).flatMap((snapshot) =>
    snapshot.kind === 'valid' ? [{ id: snapshot.id, manifest: snapshot.manifest }] : [],
  );
  return { user, home: null, events: historyOf(valid.toReversed()) };
}

function damagedIn(stateDirectory: string, user: string): readonly Diagnostic[] {
  return Array.from(readSnapshots(stateDirectory, user)).flatMap((snapshot) =>
    snapshot.kind === 'damaged' ? [damagedSnapshot(user, snapshot)] : [],
  );
}
