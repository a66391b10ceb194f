import type { Confidence } from '../../core/pane-agent.ts';

/** A running agent of which nothing says what it holds. */
export interface Seeker {
  readonly startedAtMs: number;
  readonly cwd: string | null;
  readonly version: string | null;
  /** Whether it may have taken up a conversation that is older than itself. */
  readonly mayContinue: boolean;
}

/** A transcript that no process is known to hold. */
export interface CandidateTranscript {
  readonly id: string;
  readonly bornAtMs: number;
  readonly modifiedAtMs: number;
  /** Where its last row was written; null when that could not be read, and then it may be anybody's. */
  readonly directory: string | null;
  readonly version: string | null;
  readonly entrypoint: string | null;
  readonly isSidechain: boolean;
}

export type TranscriptAssignment =
  | { readonly kind: 'assigned'; readonly id: string; readonly confidence: Confidence }
  /** `candidates` could each be its own, as far as can be told. */
  | { readonly kind: 'none'; readonly candidates: number };

/** Times of files and of processes come from different clocks. */
const slackMs = 2_000;

/**
 * Gives a transcript to a process only when no other transcript could be that process's and no other process could hold
 * that transcript. Which is newer decides nothing: that is how several panes end up with one conversation.
 *
 * `rivals` are processes in whose hands a transcript might be as well, although something else speaks for another.
 */
export function assignTranscripts<One extends Seeker>(
  seekers: readonly One[],
  rivals: readonly Seeker[],
  candidates: readonly CandidateTranscript[],
): ReadonlyMap<One, TranscriptAssignment> {
  const everybody = [...seekers, ...rivals];
  return new Map(seekers.map((seeker) => [seeker, assignmentOf(seeker, everybody, candidates)]));
}

function assignmentOf(
  seeker: Seeker,
  everybody: readonly Seeker[],
  candidates: readonly CandidateTranscript[],
): TranscriptAssignment {
  const possible = candidates.filter((candidate) => mayHold(seeker, candidate));
  const [only] = possible;
  const isUnique =
    only !== undefined &&
    only.directory !== null &&
    possible.length === 1 &&
    everybody.filter((one) => mayHold(one, only)).length === 1;
  if (!isUnique) return { kind: 'none', candidates: possible.length };
  const startedBetween = everybody.some(
    (one) => one.cwd === seeker.cwd && one.startedAtMs > seeker.startedAtMs && one.startedAtMs <= only.bornAtMs,
  );
  const isOwn = only.bornAtMs >= seeker.startedAtMs && !startedBetween;
  const isSameVersion = seeker.version !== null && seeker.version === only.version;
  return { kind: 'assigned', id: only.id, confidence: isOwn && isSameVersion ? 'medium' : 'low' };
}

function mayHold(seeker: Seeker, candidate: CandidateTranscript): boolean {
  if (candidate.isSidechain || (candidate.entrypoint ?? 'cli') !== 'cli') return false;
  if (candidate.directory !== null && candidate.directory !== seeker.cwd) return false;
  if (candidate.version !== null && seeker.version !== null && candidate.version !== seeker.version) return false;
  // Something was written since it runs, and there was nothing before it if it began anew.
  if (candidate.modifiedAtMs < seeker.startedAtMs - slackMs) return false;
  return seeker.mayContinue || candidate.bornAtMs >= seeker.startedAtMs - slackMs;
}
