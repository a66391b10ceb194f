import type { Roster } from '../core/roster.ts';
import { nearMiss } from '../core/text.ts';
import { listStoredUsers } from '../state/state-paths.ts';
import { listLocalAccounts } from '../system/host/accounts.ts';
import { attemptRead } from '../system/files/read-file.ts';

interface Where {
  readonly roster: Roster;
  readonly stateDirectory: string;
}

interface MeantAccount {
  readonly name: string;
  /** Whether sessions of that name are recorded, although the roster does not list it. */
  readonly hasRecords: boolean;
}

/** The name that was most likely meant by one without an account; null when none is near. */
export function meantAccount(name: string, { roster, stateDirectory }: Where): MeantAccount | null {
  const listed = new Set(roster.users.map((user) => user.name));
  const stored = attemptRead(() => listStoredUsers(stateDirectory));
  const strangers = (stored.kind === 'read' ? stored.value : []).filter((one) => !listed.has(one));
  const recorded = nearMiss(name, strangers);
  if (recorded !== null) return { name: recorded, hasRecords: true };
  const near = nearMiss(
    name,
    listLocalAccounts().flatMap((account) =>
      listed.has(account.name) || !isPerson(account.uid) ? [] : [account.name],
    ),
  );
  return near === null ? null : { name: near, hasRecords: false };
}

/** What to say of a user of the roster without an account, when that name was most likely meant. */
export function missingAccountWords(meant: MeantAccount | null): string {
  if (meant === null) return 'has no account on this host';
  if (!meant.hasRecords) return `has no account on this host; did you mean ${meant.name}?`;
  return `has no account on this host; did you mean ${meant.name}, who has records here, is not in the roster any more, and is not saved?`;
}

/** login.defs(5): the accounts of people have user ids from 1000 on, and 65534 is nobody. */
function isPerson(uid: number): boolean {
  return uid >= 1000 && uid !== 65_534;
}
