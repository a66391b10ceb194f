import type { Diagnostic } from '../core/diagnostic.ts';
import { historyOf } from '../core/history.ts';
import { parseWhen } from '../core/when.ts';
import { historyDocument, renderHistoryText, type UserHistory } from '../render/history.ts';
import { eachSnapshot } from '../state/snapshot-source.ts';
import { attemptRead } from '../system/read-file.ts';
import { exitCodes, Refusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { openRecords, type Records } from './open-context.ts';
import { writeResult } from './output.ts';
import { damagedSnapshot } from './show-command.ts';

export async function run(invocation: Invocation): Promise<number> {
  const asked = invocation.args.last('user') ?? invocation.args.positionals[0] ?? null;
  const records = await openRecords(invocation, asked);
  const read = asked === null ? attemptHistory : readHistory;
  const sinceMs = sinceMsOf(invocation);
  const readings = records.users.map((user) => read(records, user));
  const histories = readings.map(({ history }) => ({
    ...history,
    events: history.events.filter(({ at }) => sinceMs === null || Date.parse(at) >= sinceMs),
  }));
  writeResult(invocation, {
    document: () => historyDocument(histories),
    text: (options) => renderHistoryText(histories, options),
    diagnostics: readings.flatMap(({ diagnostics }) => diagnostics),
  });
  return readings.every(({ isRead }) => isRead) ? exitCodes.done : exitCodes.incomplete;
}

function sinceMsOf({ args, terminal, now }: Invocation): number | null {
  const word = args.last('since');
  if (word === null) return null;
  const span = parseWhen(word, { nowMs: now().getTime(), utcOffsetMinutes: terminal.utcOffsetMinutes });
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
function attemptHistory(records: Records, user: string): HistoryReading {
  const reading = attemptRead(() => readHistory(records, user));
  if (reading.kind === 'read') return reading.value;
  const diagnostic: Diagnostic = { severity: 'error', code: 'records-unreadable', user, message: reading.reason };
  return { history: { user, home: null, events: [] }, diagnostics: [diagnostic], isRead: false };
}

/** Reads one user's history. Throws StateReadError. */
function readHistory(records: Records, user: string): HistoryReading {
  const source = records.snapshotsOf(user);
  const snapshots = Array.from(eachSnapshot(source));
  const valid = snapshots.flatMap((one) => (one.kind === 'valid' ? [{ id: one.id, manifest: one.manifest }] : []));
  return {
    history: { user, home: null, events: historyOf(valid.toReversed()) },
    diagnostics: [
      ...source.diagnostics,
      ...snapshots.flatMap((one) => (one.kind === 'damaged' ? [damagedSnapshot(user, one)] : [])),
    ],
    isRead: true,
  };
}
