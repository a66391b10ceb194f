import { conversationKey } from '../../core/conversation.ts';
import { panesOf, type SessionEntry } from '../../core/manifest.ts';
import { shutdownState } from '../../systemd/shutdown-state.ts';
import type { Context } from '../context.ts';
import type { Assessment } from '../observe/assess-users.ts';

/**
 * The users whose record must stay as it is, because the host is shutting down and sessions or agents of theirs are gone already.
 *
 * A shutdown stops servers and agents in an orderly way: what it took would be recorded as stopped or ended, and not come back
 * by itself.
 */
export async function keptThroughShutdown(
  { signal }: Context,
  assessments: readonly Assessment[],
): Promise<ReadonlySet<string>> {
  const losing = assessments.filter(losesSomething).map(({ rosterUser }) => rosterUser.name);
  // Asked only where something would be lost: that is rare, and every other save is spared the call.
  // Where nobody knows, the next save tells: what is gone then was lost.
  return new Set(losing.length > 0 && (await shutdownState(signal)) !== 'no' ? losing : []);
}

function losesSomething({ stored, manifest }: Assessment): boolean {
  const left = (manifest?.sessions ?? []).filter(({ state }) => state === 'live');
  const names = new Set(left.map(({ name }) => name));
  const running = new Set(left.flatMap(runningIn));
  return (stored.manifest?.sessions ?? []).some(
    (entry) => entry.state === 'live' && (!names.has(entry.name) || runningIn(entry).some((one) => !running.has(one))),
  );
}

function runningIn(entry: SessionEntry): readonly string[] {
  return panesOf(entry).flatMap(({ conversation }) =>
    conversation?.ended === null ? [conversationKey(conversation)] : [],
  );
}
