import { type Candidate, isLater } from './candidate.ts';
import { briefIdLength } from '../conversation.ts';
import { type Cause, type GoneEntry, qualifiedName, recordedPanesOf } from '../manifest.ts';
import { compareText } from '../text.ts';
import { namedBy } from '../written-name.ts';

/** What the command line asks for in addition to the automatic restore. */
export interface Selection {
  /** Exact names, conversation ids, or at least 8 leading characters of an id. Empty: nothing is named. */
  readonly sessions: readonly string[];
  readonly include: readonly Cause[];
  readonly all: boolean;
  /** A snapshot id. The run then offers only the sessions that it holds as live, and selects all of them. */
  readonly at: string | null;
  /**
   * With `at`, as a web terminal asks: also the sessions that the snapshot holds as lost. What lives without its agent
   * gets it back in place, in a window of its own where its pane is not free.
   */
  readonly asOffered: boolean;
  /** Whether it is only supposed, to show what it would do. Then no reason says that it was made. */
  readonly isSupposed: boolean;
  /** Whether to create conflicting sessions that would come back beside their namesakes. */
  readonly besideConflicts: boolean;
  /** Of the sessions that come back by themselves, only these; null is all of them. */
  readonly only: readonly LostSession[] | null;
}

/** One lost session of a record. A session that is lost again is another one. */
export type LostSession = Pick<GoneEntry, 'name' | 'socket' | 'goneAt'> & { readonly user: string };

export const nothingSelected: Selection = {
  sessions: [],
  include: [],
  all: false,
  at: null,
  asOffered: false,
  isSupposed: false,
  besideConflicts: false,
  only: null,
};

export interface UserCandidates {
  readonly user: string;
  readonly candidates: readonly Candidate[];
}

export type SelectorMatch =
  | { readonly kind: 'one'; readonly user: string; readonly candidate: Candidate; readonly conversation: string | null }
  | { readonly kind: 'none'; readonly selector: string }
  | { readonly kind: 'many'; readonly selector: string; readonly matches: readonly string[] };

/** Whether a candidate of that user is this lost session. */
export function isLoss({ session, goneAt }: Candidate, lost: Omit<LostSession, 'user'>): boolean {
  return session.name === lost.name && session.socket === lost.socket && goneAt === lost.goneAt;
}

/** Finds the one session that a selector means: first by name, then by conversation id or the start of one. */
export function matchSelector(selector: string, pool: readonly UserCandidates[]): SelectorMatch {
  const everyone = hits(pool, () => true);
  const named = namedBy(selector, everyone, ({ candidate: { session } }) => [session.name, qualifiedName(session)]);
  if (named.length > 0) return onlyOne(selector, onDefaultServer(withoutLiveNamesakes(named)), null);

  const ids = idsMeantBy(selector, pool);
  const [id] = ids;
  if (id === undefined) return { kind: 'none', selector };
  if (ids.length > 1) return { kind: 'many', selector, matches: ids };
  const holders = hits(pool, (candidate) => idsOf(candidate).includes(id));
  return onlyOne(selector, newestOfEachUser(holders), id);
}

interface Hit {
  readonly user: string;
  readonly candidate: Candidate;
}

function hits(pool: readonly UserCandidates[], isHit: (candidate: Candidate) => boolean): readonly Hit[] {
  return pool.flatMap(({ user, candidates }) => candidates.filter(isHit).map((candidate) => ({ user, candidate })));
}

/** When a live and a lost session share a name, the selector means the lost one: the live one needs nothing. */
function withoutLiveNamesakes(named: readonly Hit[]): readonly Hit[] {
  return named.filter(
    ({ user, candidate }) =>
      candidate.state === 'gone' || !named.some((other) => other.user === user && other.candidate.state === 'gone'),
  );
}

/** When a user lost sessions of one name on several servers, the plain name means the one on the default server. */
function onDefaultServer(named: readonly Hit[]): readonly Hit[] {
  return named.filter(
    ({ user, candidate: { session } }) =>
      session.socket === null || !named.some((other) => other.user === user && other.candidate.session.socket === null),
  );
}

/** When several entries hold a conversation, the selector means the entry that held it last. */
function newestOfEachUser(holders: readonly Hit[]): readonly Hit[] {
  const newest = new Map<string, Hit>();
  for (const hit of holders) {
    const best = newest.get(hit.user);
    if (best === undefined || isLater(hit.candidate, best.candidate)) newest.set(hit.user, hit);
  }
  return [...newest.values()];
}

/** A complete id means itself, even when a longer id starts with it. */
function idsMeantBy(selector: string, pool: readonly UserCandidates[]): readonly string[] {
  const ids = new Set(pool.flatMap(({ candidates }) => candidates.flatMap(idsOf)));
  if (ids.has(selector)) return [selector];
  if (selector.length < briefIdLength) return [];
  return [...ids].filter((id) => id.startsWith(selector)).toSorted(compareText);
}

function idsOf(candidate: Candidate): readonly string[] {
  return recordedPanesOf(candidate.session).flatMap((pane) => pane.conversation?.id ?? []);
}

function onlyOne(selector: string, found: readonly Hit[], conversation: string | null): SelectorMatch {
  const [first, ...others] = found;
  if (first === undefined) return { kind: 'none', selector };
  if (others.length > 0) return { kind: 'many', selector, matches: found.map(describe) };
  return { kind: 'one', ...first, conversation };
}

function describe({ user, candidate }: Hit): string {
  const [id] = idsOf(candidate);
  return `${user}: ${qualifiedName(candidate.session)}${id === undefined ? '' : ` (${id})`}`;
}
