import { nearMiss } from '../core/text.ts';
import { listStoredUsers } from '../state/state-directories.ts';
import { isSafeUserName } from '../state/state-paths.ts';
import type { Invocation } from './invocation.ts';
import { invokerOf, refuseUntrustedState, stateDirectoryOf } from './open-context.ts';
import { openRoster } from './open-roster.ts';
import { Refusal } from './refusal.ts';

export interface Records {
  readonly stateDirectory: string;
  readonly users: readonly string[];
}

/** The stored records of one user or of all, also of those who have left the roster; no tmux is asked. Throws Refusal. */
export async function openRecords(invocation: Invocation, asked: string | null): Promise<Records> {
  const own = invokerOf(invocation.env).account;
  const stateDirectory = stateDirectoryOf(invocation, own);
  refuseUntrustedState(stateDirectory);
  const { roster } = await openRoster(invocation, own);
  const known = [...new Set([...roster.users.map((user) => user.name), ...listStoredUsers(stateDirectory)])];
  if (asked === null) return { stateDirectory, users: known };
  if (known.includes(asked) && isSafeUserName(asked)) return { stateDirectory, users: [asked] };
  const meant = nearMiss(asked, known);
  const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  throw new Refusal(`user ${JSON.stringify(asked)} is neither in the roster nor in ${stateDirectory}; ${hint}`);
}
