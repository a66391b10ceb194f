import { isShuttingDown } from '../systemd/is-shutting-down.ts';
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
  return new Set(losing.length > 0 && (await isShuttingDown(signal)) ? losing : []);
}

function losesSessions({ stored, manifest }: Assessment): boolean {
  const live = new Set((manifest?.sessions ?? []).flatMap(({ state, name }) => (state === 'live' ? [name] : [])));
  return (stored.manifest?.sessions ?? []).some(({ state, name }) => state === 'live' && !live.has(name));
}
