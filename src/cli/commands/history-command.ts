import type { Diagnostic } from '../../core/diagnostic.ts';
import { eventsOf, type HistoryEvent } from '../../core/record/history.ts';
import { parseWhen } from '../../core/when.ts';
import { maxColumns } from '../../render/text/fit-columns.ts';
import { historyDocument, renderHistoryText, type UserHistory } from '../../render/records/history.ts';
import { stepsOf } from '../../state/snapshot-steps.ts';
import { attemptRead } from '../../system/files/read-file.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import { type Invocation, localNow } from '../invocation.ts';
import { openRecords, type Records } from '../open-records.ts';
import { writeResult } from '../output.ts';
import { damagedSnapshot } from './show-command.ts';

export async function run(invocation: Invocation): Promise<number> {
  const asked = invocation.args.last('user') ?? invocation.args.positionals[0] ?? null;
  const records = await openRecords(invocation, asked);
  const read = asked === null ? attemptHistory : readHistory;
  const sinceMs = sinceMsOf(invocation);
  const readings = records.users.map((user) => read(records, user, sinceMs));
  const { isOutShown } = invocation.terminal;
  const histories = readings.map(({ history }) => history);
  writeResult(invocation, {
    document: () => historyDocument(histories),
    text: (options) => renderHistoryText(histories, { ...options, columns: isOutShown ? maxColumns : null }),
    diagnostics: readings.flatMap(({ diagnostics }) => diagnostics),
  });
  return readings.every(({ isRead }) => isRead) ? exitCodes.done : exitCodes.incomplete;
}

/** -Infinity for the beginning. */
function sinceMsOf(invocation: Invocation): number {
  const word = invocation.args.last('since');
  if (word === null) return -Infinity;
  const span = parseWhen(word, localNow(invocation));
  if (span !== null) return span.startMs;
  throw new Refusal(
    `--since ${JSON.stringify(word)} is no time; write 14:01, 2026-11-26, '2026-11-26 23:50', 2h or 3d`,
  );
}

interface HistoryReading {
  readonly history: UserHistory;
  readonly diagnostics: readonly Diagnostic[];
  readonly isRead: boolean;
}

/** Unreadable records of one user do not hide those of others. */
function attemptHistory(records: Records, user: string, sinceMs: number): HistoryReading {
  const reading = attemptRead(() => readHistory(records, user, sinceMs));
  if (reading.kind === 'read') return reading.value;
  const diagnostic: Diagnostic = { severity: 'error', code: 'records-unreadable', user, message: reading.reason };
  return { history: { user, home: null, events: [] }, diagnostics: [diagnostic], isRead: false };
}

/** Reads one user's history, and no record of before that time but one. Throws StateReadError. */
function readHistory(records: Records, user: string, sinceMs: number): HistoryReading {
  const source = records.snapshotsOf(user);
  const newestFirst: (readonly HistoryEvent[])[] = [];
  const diagnostics: Diagnostic[] = [...source.diagnostics];
  for (const step of stepsOf(source)) {
    if (step.kind === 'damaged') {
      diagnostics.push(damagedSnapshot(user, step));
      continue;
    }
    if (Date.parse(step.manifest.takenAt) < sinceMs) break;
    newestFirst.push(eventsOf(step));
  }
  return { history: { user, home: null, events: newestFirst.toReversed().flat() }, diagnostics, isRead: true };
}
