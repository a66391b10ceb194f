import type { CreateAction } from '../plan/action.ts';
import type { Killer } from '../endings.ts';
import type { HealedConversation, HealReason } from './heal-records.ts';
import { type Cause, conversationsOf } from '../manifest.ts';

/** A lost session that a plan would create unasked. */
export interface LostSession {
  readonly name: string;
  /** The absolute path of its server's socket; null for the account's default socket. */
  readonly socket: string | null;
  readonly conversations: readonly HealedConversation[];
  readonly cause: Cause;
  /** Who killed it, or its server, for lack of memory; null when nobody did, or when nothing tells. */
  readonly killer: Killer | null;
  readonly goneAt: string;
}

/** What a plan would create, as a loss; null for what was asked for, or comes from an older snapshot alone. */
export function lostSessionOf({ candidate }: Pick<CreateAction, 'candidate'>): LostSession | null {
  const { session, cause, killer, goneAt, selected } = candidate;
  if (selected || cause === null || goneAt === null) return null;
  const { name, socket } = session;
  return { name, socket, conversations: conversationsOf(session), cause, killer, goneAt };
}

/** Why the watch would heal it; null for a loss that is not the watch's to heal. */
export function healReasonOf({ cause, killer }: LostSession): HealReason | null {
  switch (cause) {
    case 'server-died':
      return killer === null ? 'server-died' : reasonOfKill(killer);
    case 'killed':
      return reasonOfKill(killer);
    case 'reboot':
    case 'server-stopped':
    case 'closed':
    case 'forgotten':
      return null;
  }
}

/** A session that is lost again is another loss. */
export function lossId({ socket, name, goneAt }: LostSession): string {
  return JSON.stringify([socket, name, goneAt]);
}

/** Whoever killed without a limit of the user's may have to do so again at once, and so may whom nobody knows. */
function reasonOfKill(killer: Killer | null): HealReason {
  return killer?.kind === 'limit' ? 'own-limit' : 'host-memory';
}
