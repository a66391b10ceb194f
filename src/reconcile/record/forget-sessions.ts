import { type Candidate, candidatesOf } from '../../core/plan/candidate.ts';
import { type Manifest, qualifiedName } from '../../core/manifest.ts';
import { matchSelector } from '../../core/plan/selection.ts';
import { type IntendedClose, pendingCloses } from '../../core/record/intended-closes.ts';
import { compareNames, compareText, matchesPattern } from '../../core/text.ts';
import { namedBy } from '../../core/written-name.ts';
import { readClosings, writeClosings } from '../../state/closings.ts';
import type { Account } from '../../system/host/accounts.ts';
import { StateWriteError } from '../../system/errors.ts';
import { attemptRead } from '../../system/files/read-file.ts';
import type { Context } from '../context.ts';
import { type Assessment, assessUsers } from '../observe/assess-users.ts';
import { withUserLocks } from '../with-user-locks.ts';
import { storeRecord } from './store-record.ts';

type Forgetting =
  | { readonly kind: 'forgotten'; readonly names: readonly string[] }
  | { readonly kind: 'refused'; readonly problems: readonly string[] }
  | { readonly kind: 'locked' | 'not-recorded'; readonly reason: string };

/** How a selector is read: `names` are no patterns, and may mean what runs, or nothing. */
export type ForgetWords = 'selectors' | 'names';

/** Marks gone sessions of the run's one user as forgotten. If one selector matches nothing, it changes nothing. */
export function forgetSessions(
  context: Context,
  words: readonly string[],
  sort: ForgetWords = 'selectors',
): Promise<Forgetting> {
  return withUserLocks(context, context.users, async (users, [lockedOut]): Promise<Forgetting> => {
    if (lockedOut !== undefined) {
      return { kind: lockedOut.kind === 'busy' ? 'locked' : 'not-recorded', reason: lockedOut.reason };
    }
    const [assessment] = await assessUsers(context, users, 'read');
    if (assessment?.account === undefined || assessment.account === null || assessment.manifest === null) {
      if (sort === 'names') return { kind: 'forgotten', names: [] };
      return { kind: 'refused', problems: ['nothing is recorded of this user'] };
    }
    const { chosen, problems } = sort === 'names' ? lastOfEach(assessment, words) : choose(assessment, words);
    if (problems.length > 0) return { kind: 'refused', problems };
    if (sort === 'names') noteCloses(context, assessment, assessment.account, words);
    if (chosen.length === 0) return { kind: 'forgotten', names: [] };
    const manifest = forgetting(assessment.manifest, chosen, assessment.seenAt);
    const stored = storeRecord(context, { ...assessment, manifest }, assessment.account);
    if ('reason' in stored) return { kind: 'not-recorded', reason: stored.reason };
    return { kind: 'forgotten', names: chosen.map(({ session }) => qualifiedName(session)) };
  });
}

/** What runs under these names is about to be killed by a person. A failure costs the cause, and no session. */
function noteCloses(
  { stateDirectory }: Context,
  { manifest, seenAt: at, rosterUser }: Assessment,
  account: Account,
  names: readonly string[],
): void {
  const recorded = manifest?.sessions ?? [];
  const named = new Set(names.flatMap((name) => namedBy(name, recorded, nameOf)));
  const meant = recorded.filter((one) => one.state === 'live' && named.has(one));
  if (meant.length === 0) return;
  const noted = attemptRead(() => readClosings(stateDirectory, rosterUser.name));
  const before = noted.kind === 'read' ? pendingCloses(noted.value, at) : [];
  const closes = meant.map(({ name, socket, tmuxId }): IntendedClose => ({ name, socket, tmuxId, at }));
  try {
    writeClosings(stateDirectory, account, [...before, ...closes]);
  } catch (error) {
    if (!(error instanceof StateWriteError)) throw error;
  }
}

function nameOf(entry: Parameters<typeof qualifiedName>[0]): readonly string[] {
  return [qualifiedName(entry)];
}

interface Choice {
  readonly chosen: readonly Candidate[];
  readonly problems: readonly string[];
}

/**
 * The one that was lost last of each name: it was killed a moment ago, and that its server ended with it tells nothing
 * else. A name that runs again has nothing to forget.
 */
function lastOfEach({ manifest }: Assessment, names: readonly string[]): Choice {
  const candidates = candidatesOf(manifest);
  const chosen = names.flatMap((name) => {
    const named = namedBy(name, candidates, ({ session }) => nameOf(session));
    if (named.some(({ state }) => state === 'live')) return [];
    return named.toSorted((a, b) => compareText(b.goneAt ?? '', a.goneAt ?? '')).slice(0, 1);
  });
  return { chosen: [...new Set(chosen)], problems: [] };
}

function choose(assessment: Assessment, selectors: readonly string[]): Choice {
  const user = assessment.rosterUser.name;
  const chosen: Candidate[] = [];
  const problems: string[] = [];
  for (const selector of selectors) {
    const byPattern = /[*?]/.test(selector) ? gonePatternMatches(assessment, selector) : [];
    if (byPattern.length > 0) {
      chosen.push(...byPattern.filter((one) => !chosen.some(({ session }) => session === one.session)));
      continue;
    }
    const match = matchSelector(selector, [{ user, candidates: candidatesOf(assessment.manifest) }]);
    const given = JSON.stringify(selector);
    if (match.kind === 'none') problems.push(`${given} matches no session; see: tmux-persist show ${user}`);
    else if (match.kind === 'many') problems.push(`${given} means more than one: ${match.matches.join(', ')}`);
    else if (match.candidate.state === 'gone') {
      // A name and a conversation may mean the same session.
      if (!chosen.some(({ session }) => session === match.candidate.session)) chosen.push(match.candidate);
    } else problems.push(`${given} is running; to keep it out of the record: tmux set -t NAME @persist off`);
  }
  return { chosen, problems };
}

/** The lost sessions of a pattern, but a session whose name is the pattern itself is meant alone. */
function gonePatternMatches({ manifest }: Assessment, pattern: string): readonly Candidate[] {
  const candidates = candidatesOf(manifest);
  if (candidates.some(({ session }) => session.name === pattern)) return [];
  return candidates
    .filter(
      ({ state, cause, session }) => state === 'gone' && cause !== 'forgotten' && matchesPattern(session.name, pattern),
    )
    .toSorted((a, b) => compareNames(a.session.name, b.session.name));
}

/** What is forgotten already keeps its time. */
function forgetting(manifest: Manifest, chosen: readonly Candidate[], now: string): Manifest {
  const entries = new Set(chosen.map((one) => one.session));
  const sessions = manifest.sessions.map((entry) =>
    entry.state === 'gone' && entry.cause !== 'forgotten' && entries.has(entry)
      ? { ...entry, cause: 'forgotten' as const, forgottenAt: now }
      : entry,
  );
  return { ...manifest, sessions };
}
