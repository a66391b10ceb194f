import type { Cause } from './manifest.ts';
import { usualPrograms } from './pane-program.ts';
import { matchesPattern } from './text.ts';

/** The users that this host serves, and the rules for their sessions. */
export interface Roster {
  /** The path of the roster file; null in self mode. */
  readonly path: string | null;
  readonly users: readonly RosterUser[];
  readonly start: StartPolicy;
}

/** The limits for starting agents on the whole host. */
interface StartPolicy {
  /** The number of agents that may start at the same time; null derives it from the number of processors. */
  readonly agentsAtOnce: number | null;
  /** No further agent starts while less memory than this is available. */
  readonly memoryFloorMib: number;
}

export const defaultStartPolicy: StartPolicy = { agentsAtOnce: null, memoryFloorMib: 512 };

export interface RosterUser {
  /** Unix account name. */
  readonly name: string;
  /** Names at the identity provider that map to this account, in file order, each with its start directory or null. */
  readonly logins: readonly { readonly name: string; readonly cwd: string | null }[];
  readonly parked: boolean;
  /** Whether the page shows every user to this one. */
  readonly isAdmin: boolean;
  /** The mistake in this user's own entry, for which nothing of theirs is brought back; null for none. */
  readonly mistake: string | null;
  readonly policy: Policy;
}

export interface Policy {
  /** Whether sessions that are gone for this cause come back by themselves. `forgotten` never does. */
  readonly restore: Readonly<Record<Exclude<Cause, 'forgotten'>, 'automatic' | 'manual'>>;
  /** Shell-style patterns (`*`, `?`) of session names that are never saved or restored. */
  readonly exclude: readonly string[];
  /** What a session's name must match to be saved and restored; null for any name. */
  readonly names: RegExp | null;
  /**
   * A tmux format that is true for the sessions to save; null saves all. It counts only for users of whom at least one
   * session satisfies it.
   */
  readonly keepWhen: string | null;
  /**
   * The sockets beside the default one whose servers are managed, as shell-style patterns: of a whole path when it starts
   * with `/`, otherwise of a file name.
   */
  readonly sockets: readonly string[];
  readonly keepSnapshots: number;
  /** Whether an agent that ran with `--dangerously-skip-permissions` gets that option again. */
  readonly allowSkipPermissions: boolean;
  /** Names and whole command lines of programs that are started again in their panes. */
  readonly programs: readonly string[];
  /** How many lines above a pane's screen are kept with it; null keeps nothing of a screen. */
  readonly scrollbackLines: number | null;
  readonly heal: HealPolicy;
  readonly serverMemory: ServerMemory;
}

/** What the watch heals without being asked. */
export interface HealPolicy {
  /** Sessions of a tmux server that was killed or that crashed. */
  readonly serverDied: boolean;
  /** Sessions that the kernel killed because a control group had reached its limit. */
  readonly ownLimit: boolean;
  /** Sessions that were killed because the host was short of memory. */
  readonly hostMemory: boolean;
  /** The first prompt of each healed agent; null for none. */
  readonly message: string | null;
}

/** The longest first prompt that a roster may give to healed agents. */
export const maxHealMessageBytes = 4096;

/** The memory limits of a user's tmux server and all processes in it, in MiB; null is no limit. */
export interface ServerMemory {
  /** Above this limit the kernel slows the server down and reclaims memory. */
  readonly highMib: number | null;
  /** At this limit the kernel kills the largest process of the server. */
  readonly maxMib: number | null;
}

export const defaultPolicy: Policy = {
  restore: {
    reboot: 'automatic',
    'server-died': 'automatic',
    killed: 'automatic',
    'server-stopped': 'manual',
    closed: 'manual',
  },
  exclude: [],
  names: null,
  keepWhen: null,
  sockets: ['default'],
  keepSnapshots: 200,
  allowSkipPermissions: true,
  programs: usualPrograms,
  scrollbackLines: null,
  heal: { serverDied: true, ownLimit: true, hostMemory: true, message: null },
  serverMemory: { highMib: null, maxMib: null },
};

/** The roster of one person alone, where there is no file. */
export function rosterOfOne(name: string): Roster {
  return { path: null, users: [unlistedUser(name)], start: defaultStartPolicy };
}

/** A user of whom no roster says anything. */
export function unlistedUser(name: string): RosterUser {
  return { name, logins: [], parked: false, isAdmin: false, mistake: null, policy: defaultPolicy };
}

/** Whether sessions of this name are saved and restored. */
export function takesName({ exclude, names }: Policy, name: string): boolean {
  if (exclude.some((pattern) => matchesPattern(name, pattern))) return false;
  return names === null || (name.length <= maxNameLength && names.test(name));
}

/** No person types a longer name. An expression can need time that grows with a power of the length. */
const maxNameLength = 256;

export function comesBackByItself(cause: Cause, policy: Policy): boolean {
  return cause !== 'forgotten' && policy.restore[cause] === 'automatic';
}

/** A problem in a roster file, with its place. Lines and columns count from 1. */
export interface RosterProblem {
  readonly severity: 'error' | 'warning';
  /** The user whom an error stops, and nobody else; null when it concerns the roster as a whole. */
  readonly user: string | null;
  readonly code: RosterProblemCode;
  readonly line: number;
  readonly column: number;
  /** Lower case, subject first. */
  readonly message: string;
}

type RosterProblemCode =
  | 'too-large'
  | 'syntax'
  | 'duplicate-key'
  | 'alias-bomb'
  | 'key-not-text'
  | 'unknown-key'
  | 'invalid-value'
  | 'missing-key'
  | 'duplicate-item'
  | 'namespaces-required'
  | 'namespaces-unused'
  | 'repos-without-workspace'
  | 'reserved-repo'
  | 'duplicate-login'
  /** There is nothing in the roster: it may be half-written. */
  | 'empty'
  /** The roster says that there is nobody. */
  | 'no-users';

/** The problem on one line, in the format that editors and terminals make clickable. */
export function rosterProblemText(path: string, problem: RosterProblem): string {
  const severity = problem.severity === 'warning' ? 'warning: ' : '';
  return `${path}:${problem.line}:${problem.column}: ${severity}${problem.message}`;
}
