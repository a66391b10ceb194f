import { offeredSessions } from '../../core/offer/offered-sessions.ts';
import type { LiveLook, LostLook, PickerLook, RowsLook, SelectionLook } from '../../core/offer/picker.ts';
import { selectionRows } from '../../core/offer/selection-rows.ts';
import { contentThatComesBack, contentThatRuns } from '../../core/offer/session-content.ts';
import type { TimelinePoint } from '../../core/offer/timeline.ts';
import { isPending } from '../../core/plan/action.ts';
import { candidatesOf } from '../../core/plan/candidate.ts';
import { planUser } from '../../core/plan/plan-user.ts';
import { nothingSelected } from '../../core/plan/selection.ts';
import type { StoredManifest } from '../../core/record/history.ts';
import { sessionSeenOn } from '../../core/servers.ts';
import { compareText } from '../../core/text.ts';
import { exactSnapshot, type SnapshotProblem } from '../../state/find-snapshot.ts';
import { type LoadedManifest, loadManifest, type LoadManifestRequest } from '../../state/load-manifest.ts';
import { snapshotsOf } from '../../state/snapshot-source.ts';
import { timelineOf } from '../../state/timeline-store.ts';
import { clockDigits } from '../apply/clock-digits.ts';
import type { Context } from '../context.ts';
import { type Assessment, assessUsers, diagnosticsOf, recordsOf } from './assess-users.ts';
import { lookAtWatch } from './look-at-watch.ts';
import { withRecordedAnswers } from './recorded-answers.ts';

/** Looks at the run's one user, once. Reads only. */
export async function lookForPicker(context: Context): Promise<PickerLook> {
  const assessment = await assessOne(context);
  const { rosterUser, stored } = assessment;
  const source = snapshotsOf(recordsOf(context, rosterUser.name));
  const timeline = timelineOf(source, { stateDir: context.stateDirectory, user: rosterUser.name });
  const newest = newestOf(assessment, timeline);
  return {
    ...factsOf(context, assessment),
    isAdmin: rosterUser.isAdmin,
    isWatched: lookAtWatch(context).kind === 'running',
    now: assessment.seenAt,
    live: liveIn(assessment),
    lost: lostIn(assessment),
    timeline,
    selection: newest === null ? null : selectionOf(assessment, newest),
    diagnostics: [
      ...diagnosticsOf(context, [assessment]),
      ...source.diagnostics.filter((one) => !stored.diagnostics.includes(one)),
    ],
  };
}

/** The rows of one snapshot of the run's one user, or why there are none. Reads only. */
export async function lookAtSnapshot(context: Context, id: string): Promise<RowsLook | SnapshotProblem> {
  const assessment = await assessOne(context);
  const { name } = assessment.rosterUser;
  const stored = exactSnapshot(snapshotsOf(recordsOf(context, name)), name, id);
  if ('problem' in stored) return stored;
  return { ...factsOf(context, assessment), selection: selectionOf(assessment, stored) };
}

/** The record is read once, for the assessment and for what it knows of agents. */
async function assessOne(context: Context): Promise<Assessment> {
  const loaded = new Map<string, LoadedManifest>();
  const load = (request: LoadManifestRequest): LoadedManifest => {
    const stored = loaded.get(request.user) ?? loadManifest(request);
    loaded.set(request.user, stored);
    return stored;
  };
  const answering = withRecordedAnswers(context, (user) => loaded.get(user)?.manifest ?? null);
  const [assessment] = await assessUsers(answering, context.users, 'leave-out', undefined, load);
  if (assessment === undefined) throw new TypeError('a picker is for one user');
  return assessment;
}

function factsOf(context: Context, assessment: Assessment): Omit<RowsLook, 'selection'> {
  const { rosterUser, observation } = assessment;
  return {
    user: rosterUser.name,
    unknown: observation.kind === 'unknown' ? observation.reason : null,
    diagnostics: diagnosticsOf(context, [assessment]),
  };
}

/** The newest record is in memory already. */
function newestOf({ stored }: Assessment, timeline: readonly TimelinePoint[]): StoredManifest | null {
  const { manifest, origin } = stored;
  if (manifest === null) return null;
  const id = origin.kind === 'snapshot' ? origin.id : timeline[0]?.id;
  return id === undefined ? null : { id, manifest };
}

function selectionOf(assessment: Assessment, { id, manifest: then }: StoredManifest): SelectionLook {
  const offered = offeredSessions(id, then, assessment.manifest);
  return { id, takenAt: then.takenAt, rows: selectionRows(offered, situationOf(assessment)) };
}

function situationOf({ rosterUser, account, observation }: Assessment): Parameters<typeof selectionRows>[1] {
  return { rosterUser, hasAccount: account !== null, observation, selection: nothingSelected, clockDigits };
}

function liveIn({ observation, manifest }: Assessment): readonly LiveLook[] {
  if (observation.kind === 'unknown') return [];
  return (manifest?.sessions ?? []).flatMap((entry) =>
    entry.state === 'live' ? [{ entry, content: contentThatRuns(sessionSeenOn(observation, entry) ?? entry) }] : [],
  );
}

function lostIn(assessment: Assessment): readonly LostLook[] {
  const candidates = candidatesOf(assessment.manifest);
  const selection = { ...nothingSelected, include: ['server-stopped'], besideConflicts: true } as const;
  const pending = planUser({ ...situationOf(assessment), selection, candidates }).filter(isPending);
  const coming = new Map(pending.map((action) => [action.candidate.session, action] as const));
  return (assessment.manifest?.sessions ?? [])
    .flatMap((entry): readonly LostLook[] => {
      if (entry.state === 'live') return [];
      const action = coming.get(entry);
      const content = contentThatComesBack(action === undefined || action.action === 'resume' ? entry : action);
      return [{ entry, comesBack: action !== undefined, content }];
    })
    .toSorted((a, b) => compareText(b.entry.goneAt, a.entry.goneAt) || compareText(a.entry.name, b.entry.name));
}
