import type { Reading } from '../agents/ask-users.ts';
import type { UserQuestion } from '../agents/reading-protocol.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { KillReport } from '../core/endings.ts';
import type { Reader } from '../core/own-command.ts';
import type { Roster, RosterUser } from '../core/roster.ts';
import type { GoodRoster } from '../state/last-good-roster.ts';
import type { Account } from '../system/host/accounts.ts';
import type { HostFacts } from '../system/host/host.ts';

/** The resolved and checked input of one run. */
export interface Context extends Reader {
  readonly roster: Roster;
  /** A copy of the roster to go on with when its file is broken later; null when something is wrong in it. */
  readonly goodRoster: GoodRoster | null;
  /** The roster's users that this run is for. */
  readonly users: readonly RosterUser[];
  /** Accounts of this host by name; a user without an account is missing. */
  readonly accounts: ReadonlyMap<string, Account>;
  readonly diagnostics: readonly Diagnostic[];
  readonly invoker: Invoker;
  readonly host: HostFacts;
  readonly stateDirectory: string;
  /** The predecessor's state directory; null when the run must not read it. */
  readonly legacyDirectory: string | null;
  readonly socketName: string | null;
  /** Whether the run looks at the users' servers on all sockets; false when it was told one socket name. */
  readonly seesAllServers: boolean;
  /** Passed to tmux as `-f`; null uses the user's own configuration. */
  readonly tmuxConfigFile: string | null;
  readonly lockTimeoutMs: number;
  /** Reads what the logs of this host say of the kills of the last so many milliseconds, and maybe of older ones. */
  readonly readKills: (withinMs: number) => Promise<readonly KillReport[]>;
  /** Has questions about the users' agents answered, with the rights of each user. */
  readonly askUsers: AskUsers;
  readonly now: () => Date;
  /** The offset of the invoker's clock from UTC at an instant. */
  readonly utcOffsetMinutes: (instantMs: number) => number;
  readonly signal: AbortSignal;
}

export type AskUsers = (
  questions: readonly UserQuestion[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, Reading>>;

export interface Invoker {
  readonly account: Account;
  /** The PATH on which tmux is found when it runs as the invoker. */
  readonly path: string;
  readonly tmuxTmpDir: string | null;
}
