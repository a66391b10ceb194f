import { type Candidate, candidatesFromSnapshot, candidatesOf } from '../../core/plan/candidate.ts';
import { conversationsOf } from '../../core/manifest.ts';
import { type OfferedSession, offeredSessions } from '../../core/offer/offered-sessions.ts';
import { withWindowsForGonePanes } from '../../core/record/ended-conversations.ts';
import { matchSelector, type Selection, type SelectorMatch, type UserCandidates } from '../../core/plan/selection.ts';
import { nearMiss } from '../../core/text.ts';
import { namedBy } from '../../core/written-name.ts';
import { exactSnapshot, findSnapshot, snapshotProblem } from '../../state/find-snapshot.ts';
import { eachSnapshot, snapshotsOf } from '../../state/snapshot-source.ts';
import type { Context } from '../context.ts';
import { type Assessment, recordsOf } from '../observe/assess-users.ts';

type SelectedCandidates =
  | { readonly kind: 'selected'; readonly byUser: ReadonlyMap<string, readonly Candidate[]> }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/**
 * Finds the sessions that the selection means, before anything is done. Every selector must mean exactly one session.
 */
export function selectCandidates(
  context: Context,
  assessments: readonly Assessment[],
  selection: Selection,
): SelectedCandidates {
  if (selection.asOffered && selection.at !== null) {
    return selectOffered(context, assessments, selection.sessions, selection.at);
  }
  const offered = selection.at === null ? current(assessments) : heldBy(context, assessments, selection.at);
  if ('problem' in offered) return { kind: 'refused', problems: [offered.problem] };

  const byUser = new Map(offered.pool.map(({ user, candidates }) => [user, [...candidates]]));
  const problems: string[] = [];
  for (const selector of selection.sessions) {
    const match = find(context, assessments, selector, offered.pool, selection.at);
    if (match.kind !== 'one') {
      problems.push(problemOf(match, offered.pool));
      continue;
    }
    const candidates = byUser.get(match.user) ?? [];
    // Two selectors may mean the same session.
    const at = candidates.findIndex((one) => isSameCandidate(one, match.candidate));
    const selected = selectedIn(candidates[at] ?? match.candidate, match.conversation);
    candidates.splice(at < 0 ? candidates.length : at, 1, selected);
    byUser.set(match.user, candidates);
  }
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'selected', byUser };
}

/**
 * Finds the rows of a web terminal's picker by their names, or by whole conversation ids. Each name must be that of a row.
 */
function selectOffered(
  context: Context,
  assessments: readonly Assessment[],
  names: readonly string[],
  id: string,
): SelectedCandidates {
  const byUser = new Map<string, readonly Candidate[]>();
  const problems: string[] = [];
  for (const { rosterUser, manifest } of assessments) {
    const user = rosterUser.name;
    const stored = exactSnapshot(snapshotsOf(recordsOf(context, user)), user, id);
    if ('problem' in stored) return { kind: 'refused', problems: [stored.problem] };
    const rows = offeredSessions(id, stored.manifest, manifest);
    const asked = new Set(names.map((name) => rowMeantBy(name, rows)));
    for (const name of names) {
      if (rowMeantBy(name, rows) === null) problems.push(unknownRow(name, user, id, rows));
    }
    byUser.set(
      user,
      rows.map((row) => ({ ...row.candidate, selected: asked.has(row) })),
    );
  }
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'selected', byUser };
}

function rowMeantBy(word: string, rows: readonly OfferedSession[]): OfferedSession | null {
  const [named] = namedBy(word, rows, ({ selector }) => [selector]);
  if (named !== undefined) return named;
  const holders = rows.filter(({ entry }) => conversationsOf(entry).some(({ id }) => id === word));
  return holders.find(({ candidate }) => candidate.state === 'gone') ?? holders[0] ?? null;
}

function unknownRow(name: string, user: string, id: string, rows: readonly OfferedSession[]): string {
  const meant = nearMiss(
    name,
    rows.map(({ selector }) => selector),
  );
  const hint = meant === null ? `see: tmux-persist snapshot ${user} ${id}` : `did you mean ${JSON.stringify(meant)}?`;
  return `snapshot ${id} of ${user} has no session ${JSON.stringify(name)}; ${hint}`;
}

/**
 * Marks a candidate as selected. A live session that is selected both by name and by id is selected as a whole, with
 * all its ended conversations. A lost session that is selected by id includes that conversation. If its pane closed
 * before the session ended, the conversation gets a window.
 */
function selectedIn(candidate: Candidate, conversation: string | null): Candidate {
  const { session, state, selected, selectedConversations: before } = candidate;
  const asked = conversation === null ? before : [...before, conversation];
  if (state === 'gone') {
    const withWindows = withWindowsForGonePanes(session, ({ id }) => id === conversation);
    return { ...candidate, session: withWindows, selected: true, selectedConversations: asked };
  }
  const isWhole = conversation === null || (selected && before.length === 0);
  return { ...candidate, selected: true, selectedConversations: isWhole ? [] : asked };
}

/** Compares by fields. Each lookup reads an older snapshot anew, and a selected candidate may have gained a window. */
function isSameCandidate(one: Candidate, other: Candidate): boolean {
  const [a, b] = [one.session, other.session];
  return (
    one.snapshot === other.snapshot &&
    one.state === other.state &&
    a.name === b.name &&
    a.socket === b.socket &&
    a.tmuxId === b.tmuxId &&
    a.createdAt === b.createdAt &&
    a.lastSeenAt === b.lastSeenAt
  );
}

type Offer = { readonly pool: readonly UserCandidates[] } | { readonly problem: string };

function current(assessments: readonly Assessment[]): Offer {
  return {
    pool: assessments.map(({ rosterUser, manifest }) => ({
      user: rosterUser.name,
      candidates: candidatesOf(manifest),
    })),
  };
}

/**
 * With `--at`, only the sessions that the snapshot held as live are offered. All are selected unless the user names
 * some.
 */
function heldBy(context: Context, assessments: readonly Assessment[], word: string): Offer {
  const pool: UserCandidates[] = [];
  const local = { nowMs: context.now().getTime(), utcOffsetMinutes: context.utcOffsetMinutes };
  for (const { rosterUser, manifest } of assessments) {
    const match = findSnapshot(snapshotsOf(recordsOf(context, rosterUser.name)), word, local);
    if (match.kind === 'none') continue;
    if (match.kind !== 'found') return { problem: snapshotProblem(rosterUser.name, word, match) };
    const { id, manifest: then } = match.stored;
    pool.push({ user: rosterUser.name, candidates: candidatesFromSnapshot(id, then, manifest) });
  }
  if (pool.length > 0) return { pool };
  const [user] = context.users;
  return { problem: `no snapshot ${JSON.stringify(word)}; list them: tmux-persist snapshots ${user?.name ?? 'USER'}` };
}

function find(
  context: Context,
  assessments: readonly Assessment[],
  selector: string,
  pool: readonly UserCandidates[],
  at: string | null,
): SelectorMatch {
  const match = matchSelector(selector, pool);
  if (match.kind !== 'none' || at !== null) return match;
  const older = assessments.flatMap((assessment) => newestOlderHolder(context, assessment, selector) ?? []);
  return matchSelector(selector, older);
}

/** The candidates of the newest older snapshot of a user that contains the selector; null when none does. */
function newestOlderHolder(context: Context, assessment: Assessment, selector: string): UserCandidates | null {
  const user = assessment.rosterUser.name;
  for (const snapshot of eachSnapshot(snapshotsOf(recordsOf(context, user)))) {
    if (snapshot.kind === 'damaged') continue;
    const candidates = candidatesFromSnapshot(snapshot.id, snapshot.manifest, assessment.manifest);
    if (matchSelector(selector, [{ user, candidates }]).kind !== 'none') return { user, candidates };
  }
  return null;
}

function problemOf(match: Exclude<SelectorMatch, { kind: 'one' }>, pool: readonly UserCandidates[]): string {
  const given = `--session ${JSON.stringify(match.selector)}`;
  if (match.kind === 'many') {
    return `${given} means more than one: ${match.matches.join(', ')}; add --user, or give a conversation id`;
  }
  const names = pool.flatMap(({ candidates }) => candidates.map((one) => one.session.name));
  const meant = nearMiss(match.selector, names);
  const hint = meant === null ? 'see: tmux-persist plan' : `did you mean ${JSON.stringify(meant)}?`;
  return `${given} matches no session; ${hint}`;
}
