import type { Cause, GoneEntry, LiveEntry, Manifest, SessionEntry } from '../core/manifest.ts';
import { retained } from '../core/record/retention.ts';
import type { Account } from '../system/host/accounts.ts';
import type { HostFacts } from '../system/host/host.ts';
import { importManifest } from './import-state.ts';
import type { SeenSession } from './seen-sessions.ts';
import type { Tombstones } from './tombstones.ts';
import type { PredecessorRow } from './view.ts';

/** What the predecessor saw running at one time. */
export interface DatedRows {
  readonly rows: readonly PredecessorRow[];
  readonly takenAtMs: number;
}

export interface PredecessorRecords {
  /** Oldest first, each later than the one before. */
  readonly snapshots: readonly DatedRows[];
  readonly tombstones: Tombstones;
  /** Sessions that it had seen at some time. */
  readonly seen: readonly SeenSession[];
}

interface SeriesRequest {
  readonly account: Account;
  readonly host: HostFacts;
}

/**
 * One manifest for each snapshot of the predecessor's, oldest first.
 *
 * It kept no causes. A session that a later snapshot lacks counts as closed, so that it comes back when it is named and
 * not by itself: the predecessor did not bring it back either. Where the host booted in between, the boot took it. A
 * last manifest tells of what was closed after the last snapshot, and of sessions that no snapshot holds any more.
 */
export function importSeries(records: PredecessorRecords, request: SeriesRequest): readonly Manifest[] {
  const { account, host } = request;
  const manifests: Manifest[] = [];
  let gone: ReadonlyMap<string, GoneEntry> = new Map();
  let live: readonly LiveEntry[] = [];
  for (const { rows, takenAtMs } of records.snapshots) {
    const manifest = importManifest({ rows, account, host, writtenAtMs: takenAtMs });
    const present = manifest.sessions.filter((entry) => entry.state === 'live');
    const bootMs = host.initStartedAtMs;
    gone = withVanished({ gone, before: live, present }, { tombstones: records.tombstones, takenAtMs, bootMs });
    live = present;
    manifests.push({ ...manifest, sessions: retained([...live, ...gone.values()], manifest.takenAt) });
  }
  const last = sinceTheLast({ gone, live, newest: manifests.at(-1) ?? null }, records, request);
  return last === null ? manifests : [...manifests, last];
}

interface Step {
  readonly gone: ReadonlyMap<string, GoneEntry>;
  readonly before: readonly LiveEntry[];
  readonly present: readonly LiveEntry[];
}

interface StepFacts {
  readonly tombstones: Tombstones;
  readonly takenAtMs: number;
  readonly bootMs: number;
}

function withVanished({ gone, before, present }: Step, facts: StepFacts): ReadonlyMap<string, GoneEntry> {
  const names = new Set(present.map(({ name }) => name));
  const known = [...gone].filter(([name]) => !names.has(name));
  const vanished = before.filter(({ name }) => !names.has(name));
  return new Map([
    ...known,
    ...vanished.map((entry): readonly [string, GoneEntry] => [entry.name, ended(entry, facts)]),
  ]);
}

/** What a person did is surer than what the time of a boot lets one suppose. */
function ended(entry: LiveEntry, { tombstones, takenAtMs, bootMs }: StepFacts): GoneEntry {
  const seenMs = Date.parse(entry.lastSeenAt);
  const closedMs = tombstones.get(entry.name) ?? -1;
  if (closedMs >= seenMs && closedMs <= takenAtMs) return goneEntry(entry, 'closed', closedMs);
  if (bootMs > seenMs && bootMs <= takenAtMs) return goneEntry(entry, 'reboot', bootMs);
  return goneEntry(entry, 'closed', takenAtMs);
}

interface End {
  readonly gone: ReadonlyMap<string, GoneEntry>;
  readonly live: readonly LiveEntry[];
  readonly newest: Manifest | null;
}

/** What the tombstones and the list of seen sessions add to the newest manifest; null when they add nothing. */
function sinceTheLast(
  { gone, live, newest }: End,
  { tombstones, seen }: PredecessorRecords,
  { account, host }: SeriesRequest,
): Manifest | null {
  const newestMs = newest === null ? 0 : Date.parse(newest.takenAt);
  const closed = live.flatMap((entry): readonly GoneEntry[] => {
    const closedMs = tombstones.get(entry.name) ?? -1;
    return closedMs >= newestMs ? [goneEntry(entry, 'closed', closedMs)] : [];
  });
  const known = new Set([...live.map(({ name }) => name), ...gone.keys()]);
  const remembered = seen.flatMap(({ row, seenAtMs }): readonly GoneEntry[] => {
    if (known.has(row.name)) return [];
    const { sessions } = importManifest({ rows: [row], account, host, writtenAtMs: seenAtMs });
    const closedMs = Math.max(tombstones.get(row.name) ?? 0, seenAtMs);
    return sessions.map((entry) => goneEntry(entry, 'closed', closedMs));
  });
  if (closed.length === 0 && remembered.length === 0) return null;
  const endsMs = [...closed, ...remembered].map(({ goneAt }) => Date.parse(goneAt));
  const takenAtMs = endsMs.reduce((latest, ms) => Math.max(latest, ms), newest === null ? 0 : newestMs + 1000);
  const base = newest ?? importManifest({ rows: [], account, host, writtenAtMs: takenAtMs });
  const takenAt = new Date(takenAtMs).toISOString();
  const closedNames = new Set(closed.map(({ name }) => name));
  const left: readonly SessionEntry[] = live.filter(({ name }) => !closedNames.has(name));
  return { ...base, takenAt, sessions: retained([...left, ...gone.values(), ...closed, ...remembered], takenAt) };
}

function goneEntry(entry: SessionEntry, cause: Cause, atMs: number): GoneEntry {
  return { ...entry, state: 'gone', cause, goneAt: new Date(atMs).toISOString(), killer: null };
}
