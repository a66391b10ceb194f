import { shutdownState } from '../systemd/shutdown-state.ts';
import type { Assessment } from './assess-users.ts';
import type { Context } from './context.ts';

/**
 * The users whose record must stay as it is, because the host is shutting down and sessions of theirs are gone already.
 *
 * A shutdown stops servers in an orderly way: what it took would be recorded as stopped, and not come back by itself.
 */
export async function keptThroughShutdown(
  { signal }: Context,
  assessments: readonly Assessment[],
): Promise<ReadonlySet<string>> {
  const losing = assessments.filter(losesSessions).map(({ rosterUser }) => rosterUser.name);
  // Asked only where something would be lost: that is rare, and every other save is spared the call.
  // Where nobody knows, the next save tells: what is gone then was lost.
  return new Set(losing.length > 0 && (await shutdownState(signal)) !== 'no' ? losing : []);
}

function losesSessions({ stored, manifest }: Assessment): boolean {
  const live = new Set((manifest?.sessions ?? []).flatMap(({ state, name }) => (state === 'live' ? [name] : [])));
  return (stored.manifest?.sessions ?? []).some(({ state, name }) => state === 'live' && !live.has(name));
}
