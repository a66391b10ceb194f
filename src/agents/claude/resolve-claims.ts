import type { Confidence } from '../../core/conversation.ts';
import { counted } from '../../core/text.ts';
import type { UserFiles } from '../user-files.ts';
import type { Weighed } from './read-conversations.ts';
import { readTranscriptFacts, type Transcript, type TranscriptFacts } from './transcripts.ts';
import { afterClear, type ClearRival, type Verdict } from './weigh-sources.ts';

/** The limit of opened transcripts. A process that could hold one beyond it gets no conversation. */
const maxOpened = 64;
const slackMs = 2_000;

/**
 * Finds conversations where no source names one. A process without claims gets a transcript only if that can belong to
 * no other process. A process that does not record `/clear` is followed to its new conversation. All other verdicts
 * stay.
 */
export function resolveClaims(weighed: readonly Weighed[], files: UserFiles): readonly Weighed[] {
  const unsettled = weighed.filter(isUnsettled);
  if (unsettled.length === 0) return weighed;
  const held = new Set(
    weighed.flatMap(({ verdict }) => (verdict.kind === 'claims' ? verdict.claims : [])).map(({ id }) => id),
  );
  const open = openingOf(held, files);
  return weighed.map((one) => (isUnsettled(one) ? { ...one, verdict: settle(one, unsettled, open) } : one));
}

/** A transcript that no process is known to hold, with its first and last rows; null when it was not opened. */
interface Opened {
  readonly transcript: Transcript;
  readonly facts: TranscriptFacts | null;
}

type Opening = (one: Weighed) => readonly Opened[];

function isUnsettled({ verdict }: Weighed): boolean {
  return verdict.kind === 'open' || (verdict.kind === 'claims' && verdict.mayHaveCleared);
}

function settle(one: Weighed, unsettled: readonly Weighed[], open: Opening): Verdict {
  const { verdict } = one;
  const others = unsettled.filter((other) => other !== one && placeOf(other) === placeOf(one));
  return verdict.kind === 'claims' ? followed(one, verdict, others, open(one)) : assigned(one, others, open(one));
}

/** Finds the new conversation of a process that may have cleared its old one. */
function followed(
  one: Weighed,
  verdict: Extract<Verdict, { kind: 'claims' }>,
  others: readonly Weighed[],
  opened: readonly Opened[],
): Verdict {
  const held = heldBy(one);
  if (held === null) return verdict;
  const born = opened.filter(({ transcript }) => transcript.bornAtMs >= one.subject.holder.startedAtMs);
  const cleared = born.filter(({ facts }) => facts === null || isClearedIn(placeOf(one), facts));
  // A transcript that was not opened may belong to any process.
  const anybody = cleared.flatMap(({ facts }) => (facts === null ? [{ startedAtMs: 0, heldUntilMs: null }] : []));
  const after = afterClear(
    held,
    [...others.map(rivalOf), ...anybody],
    cleared.map(({ transcript }) => transcript),
  );
  switch (after.kind) {
    case 'same':
      return verdict;
    case 'switched':
      return {
        kind: 'claims',
        // The claim is as sure as the one on the conversation before `/clear`.
        claims: [{ id: after.id, source: 'assignment', confidence: verdict.claims[0]?.confidence ?? 'medium' }],
        mayHaveCleared: true,
      };
    case 'unclear':
      return {
        kind: 'none',
        reason: `it may have gone on, with /clear, to ${counted(after.candidates, 'conversation')}`,
      };
  }
}

function rivalOf(other: Weighed): ClearRival {
  return { startedAtMs: other.subject.holder.startedAtMs, heldUntilMs: heldBy(other)?.modifiedAtMs ?? null };
}

function heldBy({ verdict, transcripts, ...one }: Weighed): Transcript | null {
  const best = verdict.kind === 'claims' ? verdict.claims[0] : undefined;
  const lookup = best === undefined ? null : transcripts.find(best.id, placesOf(one));
  return lookup?.kind === 'found' ? lookup.transcript : null;
}

function isClearedIn(place: string | null, facts: TranscriptFacts): boolean {
  const isOfPerson = !facts.isSidechain && (facts.entrypoint ?? 'cli') === 'cli';
  return isOfPerson && facts.beginsWithClear && facts.lastDirectory === place;
}

function assigned(one: Weighed, others: readonly Weighed[], opened: readonly Opened[]): Verdict {
  const process = unclaimedProcessOf(one);
  const assignment = assignTranscripts([process], others.map(unclaimedProcessOf), opened.map(candidateOf)).get(process);
  if (assignment?.kind === 'assigned') {
    const { id, confidence } = assignment;
    return { kind: 'claims', claims: [{ id, source: 'assignment', confidence }], mayHaveCleared: false };
  }
  const count = assignment?.candidates ?? 0;
  if (count > 0) return { kind: 'none', reason: `${counted(count, 'conversation')} of its directory could be its own` };
  const isFresh = one.verdict.kind === 'open' && one.verdict.seemsFresh;
  return isFresh ? { kind: 'fresh' } : { kind: 'none', reason: 'no conversation was written to since it runs' };
}

function unclaimedProcessOf({ subject, verdict, ...one }: Weighed): UnclaimedProcess {
  const { holder, version, asked } = subject;
  return {
    startedAtMs: holder.startedAtMs,
    cwd: one.record?.cwd ?? holder.cwd,
    version: one.record?.version ?? version,
    // A process that is known to hold a conversation can only have begun another one since.
    mayContinue: verdict.kind === 'open' && !verdict.seemsFresh && asked?.continues !== false,
  };
}

function candidateOf({ transcript: { id, bornAtMs, modifiedAtMs }, facts }: Opened): CandidateTranscript {
  return {
    id,
    bornAtMs,
    modifiedAtMs,
    directory: facts?.lastDirectory ?? null,
    version: facts?.version ?? null,
    entrypoint: facts?.entrypoint ?? null,
    isSidechain: facts?.isSidechain ?? false,
  };
}

/** Opens the transcripts written since a process started; once for each directory, from the earliest process on. */
function openingOf(held: ReadonlySet<string>, files: UserFiles): Opening {
  const facts = new Map<string, TranscriptFacts>();
  const read = ({ path }: Transcript): TranscriptFacts => {
    const known = facts.get(path) ?? readTranscriptFacts(path, files);
    facts.set(path, known);
    return known;
  };
  return (one) => {
    const place = placeOf(one);
    const sinceMs = one.subject.holder.startedAtMs - slackMs;
    const all = place === null ? [] : one.transcripts.beside(place);
    const free = all.filter(({ id, modifiedAtMs }) => !held.has(id) && modifiedAtMs >= sinceMs);
    return free.map((transcript, at) => ({ transcript, facts: at < maxOpened ? read(transcript) : null }));
  };
}

function placesOf({ record, subject }: Pick<Weighed, 'record' | 'subject'>): readonly (string | null)[] {
  return [record?.cwd ?? null, subject.holder.cwd];
}

function placeOf(one: Weighed): string | null {
  return placesOf(one).find((place) => place !== null) ?? null;
}

/** A running agent whose conversation no source names. */
export interface UnclaimedProcess {
  readonly startedAtMs: number;
  readonly cwd: string | null;
  readonly version: string | null;
  /** Whether it may have resumed a conversation that is older than the process. */
  readonly mayContinue: boolean;
}

/** A transcript that no process is known to hold. */
export interface CandidateTranscript {
  readonly id: string;
  readonly bornAtMs: number;
  readonly modifiedAtMs: number;
  /** The directory of its last row; null when that could not be read. Then it may belong to any process. */
  readonly directory: string | null;
  readonly version: string | null;
  readonly entrypoint: string | null;
  readonly isSidechain: boolean;
}

export type TranscriptAssignment =
  | { readonly kind: 'assigned'; readonly id: string; readonly confidence: Confidence }
  /** `candidates` is the number of transcripts that could belong to the process. */
  | { readonly kind: 'none'; readonly candidates: number };

/** Times of files and of processes come from different clocks. */
const startSlackMs = 2_000;

/**
 * Gives a transcript to a process only when it is that process's only candidate, and no other process could hold it.
 * The newest file does not win, because that would give several panes the same conversation.
 *
 * `rivals` are processes that might also hold a transcript, although another source names another one for them.
 */
export function assignTranscripts<One extends UnclaimedProcess>(
  unclaimed: readonly One[],
  rivals: readonly UnclaimedProcess[],
  candidates: readonly CandidateTranscript[],
): ReadonlyMap<One, TranscriptAssignment> {
  const everybody = [...unclaimed, ...rivals];
  return new Map(unclaimed.map((process) => [process, assignmentOf(process, everybody, candidates)]));
}

function assignmentOf(
  process: UnclaimedProcess,
  everybody: readonly UnclaimedProcess[],
  candidates: readonly CandidateTranscript[],
): TranscriptAssignment {
  const possible = candidates.filter((candidate) => mayHold(process, candidate));
  const [only] = possible;
  const isUnique =
    only !== undefined &&
    only.directory !== null &&
    possible.length === 1 &&
    everybody.filter((one) => mayHold(one, only)).length === 1;
  if (!isUnique) return { kind: 'none', candidates: possible.length };
  const startedBetween = everybody.some(
    (one) => one.cwd === process.cwd && one.startedAtMs > process.startedAtMs && one.startedAtMs <= only.bornAtMs,
  );
  const isOwn = only.bornAtMs >= process.startedAtMs && !startedBetween;
  const isSameVersion = process.version !== null && process.version === only.version;
  return { kind: 'assigned', id: only.id, confidence: isOwn && isSameVersion ? 'medium' : 'low' };
}

function mayHold(process: UnclaimedProcess, candidate: CandidateTranscript): boolean {
  if (candidate.isSidechain || (candidate.entrypoint ?? 'cli') !== 'cli') return false;
  if (candidate.directory !== null && candidate.directory !== process.cwd) return false;
  if (candidate.version !== null && process.version !== null && candidate.version !== process.version) return false;
  // The transcript must have changed since the process started. If the process began anew, the transcript must not be
  // older.
  if (candidate.modifiedAtMs < process.startedAtMs - startSlackMs) return false;
  return process.mayContinue || candidate.bornAtMs >= process.startedAtMs - startSlackMs;
}
