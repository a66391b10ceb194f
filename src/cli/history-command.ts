import type { Diagnostic } from '../core/diagnostic.ts';
import { historyOf } from '../core/history.ts';
import { readSnapshots } from '../manifest/snapshot-store.ts';
import { historyDocument } from '../render/history-json.ts';
import { attemptRead } from '../system/attempt-read.ts';
import { renderHistoryText, type UserHistory } from '../render/history-text.ts';
import { damagedSnapshot } from './damaged-snapshot.ts';
import { exitCodes } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { openRecords } from './open-records.ts';
import { writeResult } from './write-result.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { stateDirectory, users } = await openRecords(invocation, invocation.args.positionals[0] ?? null);
  const readings = users.map((user) => readHistory(stateDirectory, user));
  const histories = readings.map(({ history }) => history);
  writeResult(invocation, {
    document: () => historyDocument(histories),
    text: (options) => renderHistoryText(histories, options),
    diagnostics: readings.flatMap(({ diagnostics }) => diagnostics),
  });
  return readings.every(({ isRead }) => isRead) ? exitCodes.done : exitCodes.incomplete;
}

interface HistoryReading {
  readonly history: UserHistory;
  readonly diagnostics: readonly Diagnostic[];
  readonly isRead: boolean;
}

/** Records that cannot be read keep no other user's from being shown. */
function readHistory(stateDirectory: string, user: string): HistoryReading {
  const reading = attemptRead(() => Array.from(readSnapshots(stateDirectory, user)));
  if (reading.kind === 'unreadable') {
    const diagnostic: Diagnostic = { severity: 'error', code: 'records-unreadable', user, message: reading.reason };
    return { history: { user, home: null, events: [] }, diagnostics: [diagnostic], isRead: false };
  }
  const snapshots = reading.value;
  const valid = snapshots.flatMap((one) => (one.kind === 'valid' ? [{ id: one.id, manifest: one.manifest }] : []));
  return {
    history: { user, home: null, events: historyOf(valid.toReversed()) },
    diagnostics: snapshots.flatMap((one) => (one.kind === 'damaged' ? [damagedSnapshot(user, one)] : [])),
    isRead: true,
  };
}
