import type { ServerIdentity } from './manifest.ts';

/**
 * Whether both are one tmux server, which then lived through all between them, and no boot was there.
 *
 * The start time is that of the clock, to the second: no two boots give a server the same one and the same pid.
 */
export function isSameServer(one: ServerIdentity | null, other: ServerIdentity | null): boolean {
  return one !== null && other !== null && one.pid === other.pid && one.startTime === other.startTime;
}
