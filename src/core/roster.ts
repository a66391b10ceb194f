import type { Cause } from './manifest.ts';

/** The users this host serves, and how their sessions are to be treated. */
export interface Roster {
  /** Where it was read from; null in self mode. */
  readonly path: string | null;
  readonly users: readonly RosterUser[];
  readonly start: StartPolicy;
}

/** How gently agents are started, on the host as a whole. */
interface StartPolicy {
  /** How many agents may be starting at the same time; null leaves it to the number of processors. */
  readonly agentsAtOnce: number | null;
  /** No further agent is started while less memory than this is available. */
  readonly memoryFloorMib: number;
}

export const defaultStartPolicy: StartPolicy = { agentsAtOnce: null, memoryFloorMib: 512 };

export interface RosterUser {
  /** Unix account name. */
  readonly name: string;
  /** Names at the identity provider that lead to this account, in file order, each with its start directory if one is given. */
  readonly logins: readonly { readonly name: string; readonly cwd: string | null }[];
  readonly parked: boolean;
  readonly policy: Policy;
}

export interface Policy {
  /** Whether sessions gone by this cause come back without being asked for. `forgotten` never does. */
  readonly restore: Readonly<Record<Exclude<Cause, 'forgotten'>, 'automatic' | 'manual'>>;
  /** Shell-style patterns (`*`, `?`) of session names that are neither saved nor restored. */
  readonly exclude: readonly string[];
  readonly keepSnapshots: number;
  /** Whether an agent that ran with `--dangerously-skip-permissions` is started with it again. */
  readonly allowSkipPermissions: boolean;
  readonly serverMemory: ServerMemory;
}

/** How much memory the tmux server of a user and all that runs in it may take, in MiB; null is no limit. */
export interface ServerMemory {
  /** From here on the kernel slows it down and takes memory back. */
  readonly highMib: number | null;
  /** At this the kernel kills the largest process in it. */
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
  keepSnapshots: 200,
  allowSkipPermissions: true,
  serverMemory: { highMib: null, maxMib: null },
};

export function comesBackByItself(cause: Cause, policy: Policy): boolean {
  return cause !== 'forgotten' && policy.restore[cause] === 'automatic';
}

/** Something wrong with a roster file, at a place in it. Lines and columns count from 1. */
export interface RosterProblem {
  readonly severity: 'error' | 'warning';
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
  | 'no-users';

/** The problem on one line, in the form that editors and terminals make clickable. */
export function rosterProblemText(path: string, problem: RosterProblem): string {
  const severity = problem.severity === 'warning' ? 'warning: ' : '';
  return `${path}:${problem.line}:${problem.column}: ${severity}${problem.message}`;
}
