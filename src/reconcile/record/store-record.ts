import { conversationKey } from '../../core/conversation.ts';
import { isWorthASnapshot } from '../../core/record/is-worth-a-snapshot.ts';
import { type Manifest, panesOf, qualifiedName, type SessionEntry } from '../../core/manifest.ts';
import { tallyOf } from '../../core/report/status.ts';
import { nextHeartbeat, type SaveOccasion, type SaveOutcome, writeHeartbeat } from '../../state/heartbeat.ts';
import { noteChange } from '../../state/note-change.ts';
import { writePredecessorView } from '../../state/predecessor-view-file.ts';
import { pruneLargeSnapshots, pruneSnapshots, removeLeftovers } from '../../state/prune-snapshots.ts';
import { keepTimeline } from '../../state/timeline-store.ts';
import { writeFirstSnapshots, writeSnapshot } from '../../state/snapshot-store.ts';
import type { Account } from '../../system/host/accounts.ts';
import { isReadError, StateWriteError } from '../../system/errors.ts';
import { shutdownState } from '../../systemd/systemctl.ts';
import type { Context } from '../context.ts';
import type { Assessment } from '../observe/assess-users.ts';

type StoredRecord =
  | { readonly result: 'saved' | 'unchanged'; readonly snapshot: string | null }
  | { readonly result: 'unknown' | 'failed'; readonly reason: string };

/**
 * Stores a user's record when it differs from the stored one, and always the heartbeat. The caller must hold the user's
 * lock.
 */
export function storeRecord(
  context: Context,
  assessment: Assessment,
  account: Account,
  occasion: SaveOccasion = 'new',
): StoredRecord {
  const stored = attemptToStore(context, assessment, account);
  if (assessment.isHeartbeatHidden) return stored;
  const failure = attempt(() => {
    const { oomKills, terminals, furtherTerminals, manifest } = assessment;
    const facts = { time: assessment.seenAt, bootId: context.host.bootId };
    const seen = { oomKills, terminals, furtherTerminals, sessions: tallyOf(manifest?.sessions ?? []) };
    const outcome: SaveOutcome = 'reason' in stored ? { ...facts, ...stored } : { ...facts, ...stored, ...seen };
    writeHeartbeat(context.stateDirectory, account, nextHeartbeat(assessment.heartbeat, outcome, occasion));
  });
  return failure === null || stored.result === 'failed' ? stored : { result: 'failed', reason: failure };
}

function attemptToStore(context: Context, assessment: Assessment, account: Account): StoredRecord {
  const { observation, manifest, stored } = assessment;
  if (observation.kind === 'unknown') return { result: 'unknown', reason: observation.reason };
  let result: StoredRecord = {
    result: 'unchanged',
    snapshot: stored.origin.kind === 'snapshot' ? stored.origin.id : null,
  };
  const failure = attempt(() => {
    const { stateDirectory } = context;
    removeLeftovers(stateDirectory, account.name);
    const isNew = manifest !== null && needsSnapshot(assessment, manifest);
    if (isNew) result = { result: 'saved', snapshot: writeNext(context, assessment, account, manifest) };
    const recorded = isNew ? manifest : stored.manifest;
    // Written even when the record is unchanged: a save that was interrupted after its snapshot has not written these
    // two.
    if (recorded !== null) writePredecessorView(stateDirectory, account, recorded, new Date(assessment.seenAt));
    pruneSnapshots(stateDirectory, account.name, assessment.rosterUser.policy.keepSnapshots);
    if (isNew) {
      pruneLargeSnapshots(stateDirectory, account.name);
      keepTimeline(stateDirectory, account, inMemory(assessment, result));
      noteChange(stateDirectory, account.name);
    }
  });
  return failure === null ? result : { result: 'failed', reason: failure };
}

/** The records that need not be read again to compare them. */
function inMemory({ stored, manifest }: Assessment, result: StoredRecord): ReadonlyMap<string, Manifest> {
  const next = 'snapshot' in result && result.snapshot !== null && manifest !== null;
  return new Map([
    ...(next ? [[result.snapshot, manifest] as const] : []),
    ...(stored.origin.kind === 'snapshot' && stored.manifest !== null
      ? [[stored.origin.id, stored.manifest] as const]
      : []),
  ]);
}

function needsSnapshot({ stored }: Assessment, manifest: Manifest): boolean {
  if (stored.origin.kind === 'imported') return true;
  if (stored.manifest === null && manifest.sessions.length === 0) return false;
  return isWorthASnapshot(stored.manifest, manifest);
}

/**
 * Stores the predecessor's imported record as the first snapshots, so that it survives changes to the predecessor's
 * files.
 */
function writeNext(context: Context, { stored, seenAt }: Assessment, account: Account, manifest: Manifest): string {
  const { stateDirectory } = context;
  if (stored.origin.kind === 'imported' && stored.manifest !== null) {
    writeFirstSnapshots(stateDirectory, account, [...stored.origin.earlier, stored.manifest]);
  }
  return writeSnapshot(stateDirectory, account, manifest, new Date(seenAt));
}

/** Runs a step that writes to the disk; returns the error text when it fails. */
function attempt(step: () => void): string | null {
  try {
    step();
    return null;
  } catch (error) {
    if (error instanceof StateWriteError || isReadError(error)) return error.message;
    throw error;
  }
}

/**
 * The users whose record must not change, because the host is shutting down and some of their sessions or agents are
 * gone already.
 *
 * A shutdown stops servers and agents in an orderly way. A save would record these sessions as stopped and
 * conversations as ended. Then they would not come back by themselves.
 */
export async function keptThroughShutdown(
  { signal }: Context,
  assessments: readonly Assessment[],
): Promise<ReadonlySet<string>> {
  const losing = assessments.filter(losesSomething).map(({ rosterUser }) => rosterUser.name);
  // Asks systemd only when the new record would lose something, which is rare. So other saves need no call. When the
  // state is unknown the record stays, and the next save records what is really lost.
  return new Set(losing.length > 0 && (await shutdownState(signal)) !== 'no' ? losing : []);
}

function losesSomething({ stored, manifest }: Assessment): boolean {
  const left = (manifest?.sessions ?? []).filter(({ state }) => state === 'live');
  const names = new Set(left.map(qualifiedName));
  const running = new Set(left.flatMap(runningIn));
  return (stored.manifest?.sessions ?? []).some(
    (entry) =>
      entry.state === 'live' && (!names.has(qualifiedName(entry)) || runningIn(entry).some((one) => !running.has(one))),
  );
}

function runningIn(entry: SessionEntry): readonly string[] {
  return panesOf(entry).flatMap(({ conversation }) =>
    conversation?.ended === null ? [conversationKey(conversation)] : [],
  );
}
