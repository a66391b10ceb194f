import { statSync } from 'node:fs';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { changesBetween } from '../../core/record/history.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { SaveResult } from '../../core/plan/outcome.ts';
import type { RosterUser } from '../../core/roster.ts';
import { readHeartbeat } from '../../state/heartbeat.ts';
import { lockPath } from '../../state/state-paths.ts';
import { attemptRead, quietly } from '../../system/files/read-file.ts';
import type { Context } from '../context.ts';
import { type Assessment, assessUsers, diagnosticsOf } from '../observe/assess-users.ts';
import { type LockedOut, withUserLocks } from '../with-user-locks.ts';
import { keepScrollback } from './keep-scrollback.ts';
import { keptThroughShutdown, storeRecord } from './store-record.ts';

export interface Saved {
  readonly results: readonly SaveResult[];
  /** What was found of each user whose lock was free. */
  readonly assessments: readonly Assessment[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Records every user of the run. One user's failure does not stop the others. Users whose lock another run holds come
 * last, so that this run holds no other lock while it waits for them.
 */
export async function saveUsers(context: Context): Promise<Saved> {
  const free = await saveUnlocked({ ...context, lockTimeoutMs: 0 }, context.users);
  const busy = context.users.filter(({ name }) => free.results.get(name)?.result === 'busy');
  const late = busy.length === 0 ? noPart : await saveUnlocked(context, busy);
  const results = new Map([...free.results, ...late.results]);
  const assessments = [...free.assessments, ...late.assessments];
  return {
    results: context.users.flatMap(({ name }) => results.get(name) ?? []),
    assessments,
    diagnostics: [...diagnosticsOf(context, assessments), ...free.diagnostics, ...late.diagnostics],
  };
}

interface Part {
  readonly results: ReadonlyMap<string, SaveResult>;
  readonly assessments: readonly Assessment[];
  readonly diagnostics: readonly Diagnostic[];
}

const noPart: Part = { results: new Map(), assessments: [], diagnostics: [] };

function saveUnlocked(context: Context, wanted: readonly RosterUser[]): Promise<Part> {
  return withUserLocks(context, wanted, async (users, lockedOut) => {
    const assessments = users.length === 0 ? [] : await assessUsers(context, users, 'read');
    const leftAlone = await keptThroughShutdown(context, assessments);
    const saved = assessments.map((assessment): readonly [string, SaveResult] => {
      const { name } = assessment.rosterUser;
      return [name, leftAlone.has(name) ? unchanged(assessment) : save(context, assessment)];
    });
    const diagnostics: Diagnostic[] = [];
    for (const assessment of assessments) {
      if (leftAlone.has(assessment.rosterUser.name)) continue;
      diagnostics.push(...(await keepScrollback(context, assessment)));
    }
    const kept = lockedOut.map((one) => [one.user, keptBack(context, one)] as const);
    return { results: new Map([...saved, ...kept]), assessments, diagnostics };
  });
}

function save(context: Context, assessment: Assessment): SaveResult {
  const { rosterUser, account, manifest } = assessment;
  const facts = { user: rosterUser.name, ...countsOf(manifest), changes: [] };
  const snapshot = storedSnapshot(assessment);
  if (account === null) return { ...facts, result: 'no-account', reason: null, snapshot };
  const result = storeRecord(context, assessment, account);
  if ('reason' in result) return { ...facts, ...result, snapshot };
  const hasChanged = result.result === 'saved' && manifest !== null;
  const changes = hasChanged ? changesBetween(assessment.stored.manifest, manifest) : [];
  return { ...facts, ...result, reason: null, changes };
}

function unchanged(assessment: Assessment): SaveResult {
  const { rosterUser, stored } = assessment;
  const facts = { result: 'unchanged', reason: null, snapshot: storedSnapshot(assessment), changes: [] } as const;
  return { user: rosterUser.name, ...countsOf(stored.manifest), ...facts };
}

function storedSnapshot({ stored }: Assessment): string | null {
  return stored.origin.kind === 'snapshot' ? stored.origin.id : null;
}

function countsOf(manifest: Manifest | null): Pick<SaveResult, 'live' | 'gone'> {
  const sessions = manifest?.sessions ?? [];
  const live = sessions.filter((session) => session.state === 'live').length;
  return { live, gone: sessions.length - live };
}

/**
 * The result for a user whose lock this run could not get. The holder records, too, so this is no failure at first. It
 * becomes one when no run has recorded for longer than a save takes, because then the holder hangs.
 */
function keptBack(context: Context, { user, kind, reason }: LockedOut): SaveResult {
  const nothing = { user, snapshot: null, live: 0, gone: 0, changes: [] };
  const lookedAtMs = kind === 'busy' ? lastLookMs(context, user) : null;
  const ageMs = lookedAtMs === null ? 0 : context.now().getTime() - lookedAtMs;
  if (ageMs <= lockedForLongMs) return { ...nothing, result: kind, reason };
  const minutes = Math.round(ageMs / 60_000);
  return { ...nothing, result: 'failed', reason: `${reason}, and the last save is ${minutes} min old` };
}

/** Longer than one tick of the timer plus the wait for a lock, and shorter than two ticks. */
const lockedForLongMs = 8 * 60_000;

/** The time when a run last noted the result of a save. If none ever did, the time when a run first took the lock. */
function lastLookMs({ stateDirectory }: Context, user: string): number | null {
  const heartbeat = attemptRead(() => readHeartbeat(stateDirectory, user));
  if (heartbeat.kind === 'read' && heartbeat.value !== null) return Date.parse(heartbeat.value.time);
  return quietly(() => statSync(lockPath(stateDirectory, user)).mtimeMs);
}
