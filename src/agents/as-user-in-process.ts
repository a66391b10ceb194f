import process from 'node:process';

interface Credentials {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly switches: boolean;
}

/**
 * Runs synchronous work with a user's effective ids and all of the user's groups; then the effective user is root again.
 *
 * The ids are those of the whole process and all its threads, so nothing asynchronous may be under way meanwhile. The groups
 * stay those of the user until the next one's take their place: each change of ids interrupts every thread (glibc).
 */
export function asUserInProcess<Result>({ user, uid, gid, switches }: Credentials, work: () => Result): Result {
  if (!switches) return work();
  initialiseGroups(user, gid);
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

/** Missing in @types/node 20; Node has it since 0.9. */
function initialiseGroups(user: string, gid: number): void {
  if (!('initgroups' in process) || typeof process.initgroups !== 'function') throw new TypeError('no initgroups');
  process.initgroups(user, gid);
}
