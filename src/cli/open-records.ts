import { nearMiss } from '../core/text.ts';
import { legacyStateDir } from '../state/load-manifest.ts';
import { type SnapshotSource, snapshotsOf, storedSnapshotsOf } from '../state/snapshot-source.ts';
import { isSafeUserName, listStoredUsers } from '../state/state-paths.ts';
import { readHostFacts } from '../system/host/host.ts';
import { type Account, lookUpAccounts } from '../system/host/accounts.ts';
import { attemptRead } from '../system/files/read-file.ts';
import { UnknownRefusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { invokerOf, refuseUntrustedState } from './open-context.ts';
import { openRoster } from './open-roster.ts';
import { sayOnStderr } from './output.ts';
import { recordsPlaceOf } from './records-place.ts';

export interface Records {
  readonly stateDirectory: string;
  readonly users: readonly string[];
  /** The snapshots of one of these users. Throws StateReadError. */
  readonly snapshotsOf: (user: string) => SnapshotSource;
}

/**
 * The stored records of one user or of all, including users who have left the roster; no tmux is asked. Throws Refusal.
 */
export async function openRecords(invocation: Invocation, asked: string | null): Promise<Records> {
  const own = invokerOf(invocation.env).account;
  const { stateDirectory } = recordsPlaceOf(invocation, own);
  const known = await knownUsers(invocation);
  if (asked === null) return recordsIn(stateDirectory, own.uid === 0 ? known : [own.name], own);
  refuseUnknown(asked, known, stateDirectory);
  return recordsIn(stateDirectory, [asked], own);
}

/** Throws Refusal, which names the nearest one, for a user who is neither in the roster nor recorded. */
export async function expectKnownUser(invocation: Invocation, user: string): Promise<void> {
  const { stateDirectory } = recordsPlaceOf(invocation, invokerOf(invocation.env).account);
  refuseUnknown(user, await knownUsers(invocation), stateDirectory);
}

/** The users of the roster, and those who have records, too. Throws Refusal. */
export async function knownUsers(invocation: Invocation): Promise<readonly string[]> {
  const own = invokerOf(invocation.env).account;
  const { stateDirectory } = recordsPlaceOf(invocation, own);
  refuseUntrustedState(stateDirectory);
  const { roster, diagnostics } = await openRoster(invocation, { own, stateDirectory, use: 'record' });
  const errors = diagnostics.filter(({ severity, user }) => severity === 'error' && user === null);
  for (const { message } of errors) sayOnStderr(invocation.terminal, 'error', message);
  return [...new Set([...roster.users.map((user) => user.name), ...listStoredUsers(stateDirectory)])];
}

function refuseUnknown(asked: string, known: readonly string[], stateDirectory: string): void {
  if (known.includes(asked) && isSafeUserName(asked)) return;
  const meant = nearMiss(asked, known);
  const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  const problem = `user ${JSON.stringify(asked)} is neither in the roster nor in ${stateDirectory}; ${hint}`;
  throw new UnknownRefusal('user', problem);
}

/** An account is needed only to see what the first save will import. */
async function recordsIn(stateDirectory: string, users: readonly string[], own: Account): Promise<Records> {
  const stored = new Map(users.map((user) => [user, attemptRead(() => storedSnapshotsOf(stateDirectory, user))]));
  const isUnsaved = (user: string): boolean => {
    const source = stored.get(user);
    return source?.kind === 'read' && source.value.ids.length === 0;
  };
  const others = users.filter((name) => name !== own.name && isUnsaved(name));
  const accounts = others.length === 0 ? new Map<string, Account>() : await lookUpAccounts(others);
  const legacyDir = own.uid === 0 ? legacyStateDir : null;
  return {
    stateDirectory,
    users,
    snapshotsOf: (user) => {
      const source = stored.get(user);
      // What could not be read throws here, and here only.
      if (source?.kind !== 'read') return storedSnapshotsOf(stateDirectory, user);
      if (!isUnsaved(user)) return source.value;
      const account = user === own.name ? own : (accounts.get(user) ?? null);
      return snapshotsOf({ stateDir: stateDirectory, user, account, legacyDir, host: readHostFacts() });
    },
  };
}
