import type { ConversationClaim } from '../../core/record/assign-conversations.ts';
import { briefId, confidences } from '../../core/conversation.ts';
import type { RegistryTrust } from './registry.ts';
import type { Transcript, TranscriptLookup } from './transcripts.ts';

/** All direct evidence for the conversation of one process. */
export interface Sources {
  readonly startedAtMs: number;
  readonly stamp: Transcript | null;
  /** `torn` when its record could not be read completely; null without a record of its own. */
  readonly registry: (NamedTranscript & { readonly trust: Exclude<RegistryTrust, 'stranger'> }) | 'torn' | null;
  readonly argv: NamedTranscript | null;
  /** Whether it resumed an existing conversation; null when its arguments cannot be read. */
  readonly continues: boolean | null;
  readonly child: NamedTranscript | null;
  /** Whether another process's record names a conversation. */
  readonly isTaken: (id: string) => boolean;
}

export interface NamedTranscript {
  readonly id: string;
  readonly lookup: TranscriptLookup;
}

export type Verdict =
  /** The surest first. `mayHaveCleared`: the process does not record a change to a new conversation by `/clear`. */
  | { readonly kind: 'claims'; readonly claims: readonly ConversationClaim[]; readonly mayHaveCleared: boolean }
  | { readonly kind: 'fresh' }
  | { readonly kind: 'none'; readonly reason: string }
  /** No direct evidence exists. `seemsFresh`: the process resumed no existing conversation. */
  | { readonly kind: 'open'; readonly seemsFresh: boolean };

/** Weighs the direct evidence for a process, in the order of rank. */
export function weighSources(sources: Sources): Verdict {
  const { registry, argv, continues } = sources;
  if (registry === 'torn') return { kind: 'none', reason: 'its record could not be read whole' };
  if (registry?.trust === 'background') return { kind: 'none', reason: 'it runs in the background' };
  if (registry?.trust === 'exact') return weighExact(sources, registry);
  const claims = [...stampClaim(sources), ...registryClaim(registry), ...startClaims(sources)].toSorted(bySureness);
  if (claims.length > 0) return { kind: 'claims', claims, mayHaveCleared: claims[0]?.source !== 'stamp' };
  const followsResuming = registry?.trust === 'clear-blind';
  const named = followsResuming ? registry : argv;
  return lossOf(named, sources) ?? { kind: 'open', seemsFresh: followsResuming || continues === false };
}

/** A record that follows every change of conversation is outranked only by a stamp that is clearly later. */
function weighExact(sources: Sources, registry: NamedTranscript): Verdict {
  const { stamp } = sources;
  if (stamp !== null && stamp.id !== registry.id && isLaterStamp(stamp, registry, sources)) {
    return claimed([{ id: stamp.id, source: 'stamp', confidence: 'high' }]);
  }
  if (registry.lookup.kind !== 'found') return lossOf(registry, sources) ?? { kind: 'fresh' };
  const own: ConversationClaim = { id: registry.id, source: 'registry', confidence: 'certain' };
  return claimed(stamp?.id === registry.id ? [{ ...own, source: 'stamp' }, own] : [own]);
}

/**
 * Whether a stamp outranks an exact record. A stamp belongs to a session, so a second pane or an earlier agent may have
 * left it. Its conversation must have begun after the last write to the recorded one and after the start of this
 * process. No other process may hold it. A record that is newer than the stamp, or names a fresh conversation, wins.
 */
function isLaterStamp(stamp: Transcript, registry: NamedTranscript, { startedAtMs, isTaken }: Sources): boolean {
  if (registry.lookup.kind !== 'found' || isTaken(stamp.id)) return false;
  const recorded = registry.lookup.transcript;
  return (
    stamp.bornAtMs >= startedAtMs &&
    stamp.bornAtMs >= recorded.modifiedAtMs &&
    stamp.modifiedAtMs > recorded.modifiedAtMs
  );
}

/** Without an exact record a stamp counts. It counts more when its conversation changed since the process started. */
function stampClaim({ stamp, registry, startedAtMs, argv, child, isTaken }: Sources): readonly ConversationClaim[] {
  if (stamp === null || isTaken(stamp.id)) return [];
  const recorded = registry !== null && registry !== 'torn' && registry.trust === 'clear-blind' ? registry : null;
  const isStale = recorded?.lookup.kind === 'found' && recorded.lookup.transcript.modifiedAtMs > stamp.modifiedAtMs;
  if (isStale) return [];
  const isConfirmed = argv?.id === stamp.id || child?.id === stamp.id || stamp.modifiedAtMs >= startedAtMs;
  return [{ id: stamp.id, source: 'stamp', confidence: isConfirmed ? 'high' : 'medium' }];
}

/**
 * Before 2.1.83 a record has the id of the start, which becomes invalid when the process continues another
 * conversation.
 */
function registryClaim(registry: Exclude<Sources['registry'], 'torn'>): readonly ConversationClaim[] {
  if (registry === null || registry.lookup.kind !== 'found') return [];
  const confidence = registry.trust === 'clear-blind' ? 'high' : 'medium';
  return [{ id: registry.id, source: 'registry', confidence }];
}

/** Claims from the start of the process and of its children. A record that follows a resume outranks them. */
function startClaims({ registry, argv, child }: Sources): readonly ConversationClaim[] {
  if (registry !== null && registry !== 'torn' && registry.trust === 'clear-blind') return [];
  const asked = argv?.lookup.kind === 'found' ? argv.lookup.transcript : null;
  const told = child?.lookup.kind === 'found' ? child.lookup.transcript : null;
  // A child is younger than the arguments. So a child that names a conversation with later rows shows a switch.
  const isOutdated = asked !== null && told !== null && asked.id !== told.id && told.modifiedAtMs > asked.modifiedAtMs;
  const claims: ConversationClaim[] = [];
  if (asked !== null && !isOutdated) claims.push({ id: asked.id, source: 'argv', confidence: 'medium' });
  if (told !== null) claims.push({ id: told.id, source: 'child-environment', confidence: 'medium' });
  return claims;
}

/**
 * Distinguishes a conversation that is no longer readable from one that has not begun; null when it may not have begun.
 */
function lossOf(named: NamedTranscript | null, { argv, continues }: Sources): Verdict | null {
  if (named === null) return null;
  const label = briefId(named.id);
  if (named.lookup.kind === 'unusable') {
    return { kind: 'none', reason: `the transcript of ${label} is not a readable file of its user` };
  }
  // A resumed conversation did exist.
  const isGone = continues === true && argv?.id === named.id;
  return isGone ? { kind: 'none', reason: `the transcript of ${label} was removed` } : null;
}

function claimed(claims: readonly ConversationClaim[]): Verdict {
  return { kind: 'claims', claims, mayHaveCleared: false };
}

/** Among equally sure claims the higher ranked source stays first. */
function bySureness(a: ConversationClaim, b: ConversationClaim): number {
  return confidences.indexOf(b.confidence) - confidences.indexOf(a.confidence);
}

interface Lifespan {
  readonly id: string;
  readonly bornAtMs: number;
  readonly modifiedAtMs: number;
}

type AfterClear =
  | { readonly kind: 'same' }
  | { readonly kind: 'switched'; readonly id: string }
  | { readonly kind: 'unclear'; readonly candidates: number };

/** Another process in the same directory that does not record `/clear`. */
export interface ClearRival {
  readonly startedAtMs: number;
  /** The last write to the conversation that it is known to have held; null when none is known. */
  readonly heldUntilMs: number | null;
}

/**
 * Whether a process that does not record `/clear` has changed to another conversation. `cleared` are the conversations
 * of the same directory that begin with `/clear` and that no process is known to hold. They are this process's only if
 * no rival could have begun one of them. Each must also have begun after the last write to the one before it.
 */
export function afterClear(held: Lifespan, rivals: readonly ClearRival[], cleared: readonly Lifespan[]): AfterClear {
  const later = cleared
    .filter(({ id, bornAtMs }) => id !== held.id && bornAtMs >= held.modifiedAtMs)
    .toSorted((a, b) => a.bornAtMs - b.bornAtMs);
  const last = later.at(-1);
  if (last === undefined) return { kind: 'same' };
  const isChain = later.every(({ bornAtMs }, at) => bornAtMs >= (later[at - 1]?.modifiedAtMs ?? held.modifiedAtMs));
  const isContested = later.some(({ bornAtMs }) => rivals.some((rival) => couldHaveBegun(rival, bornAtMs)));
  return isContested || !isChain ? { kind: 'unclear', candidates: later.length } : { kind: 'switched', id: last.id };
}

/** A rival that wrote to its own conversation later had not left it. */
function couldHaveBegun({ startedAtMs, heldUntilMs }: ClearRival, bornAtMs: number): boolean {
  return startedAtMs <= bornAtMs && (heldUntilMs === null || heldUntilMs <= bornAtMs);
}
