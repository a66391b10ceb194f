import type { ServerIdentity } from './manifest.ts';

/** How a server or a process ended, and who says so. Every later run uses it as evidence. Times are ISO 8601 in UTC. */
export type Ending = ServerEnding | ProcessKill;

/** `orderly`: the tmux server closed its panes before it ended. `violent`: it could not. */
export type ServerEnd = 'orderly' | 'violent';

/** The end of a tmux server, as the watch saw it on its connection. */
export interface ServerEnding {
  readonly kind: 'server-end';
  readonly at: string;
  /** The absolute path of the server's socket; null for the account's default socket. */
  readonly socket: string | null;
  readonly server: ServerIdentity;
  readonly end: ServerEnd;
}

/** A process that somebody killed for lack of memory. */
export interface ProcessKill {
  readonly kind: 'process-kill';
  readonly at: string;
  readonly pid: number;
  /** Clock ticks since boot, as text; null when nobody knew the process while it lived. */
  readonly startTime: string | null;
  readonly killer: Killer;
}

/** Who killed a process for lack of memory. */
export type Killer =
  /** The kernel, because a control group had reached its limit. */
  | {
      readonly kind: 'limit';
      /** The control group whose limit it was, as a path below the root of the hierarchy; null when the kernel did not say. */
      readonly cgroup: string | null;
      /** null when the limit could not be read any more. */
      readonly limitMib: number | null;
    }
  /** The kernel, because the host had no memory. */
  | { readonly kind: 'host' }
  /** A program that kills before the kernel must, because the host is short of memory. */
  | { readonly kind: 'daemon'; readonly name: KillerDaemon };

export const killerDaemons = ['earlyoom', 'systemd-oomd', 'nohang'] as const;

export type KillerDaemon = (typeof killerDaemons)[number];

/** What a log says of a kill. The victim of systemd-oomd is a whole control group. */
export interface KillReport {
  readonly at: string;
  readonly killer: Killer;
  readonly victim:
    { readonly kind: 'process'; readonly pid: number } | { readonly kind: 'cgroup'; readonly cgroup: string };
}

/** The most endings that are kept for one user; a user can cause any number. */
const maxEndings = 200;

/** The endings to keep, newest last. */
export function boundedEndings(endings: readonly Ending[]): readonly Ending[] {
  return endings.slice(-maxEndings);
}
