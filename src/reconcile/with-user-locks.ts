import type { RosterUser } from '../core/roster.ts';
import { compareText } from '../core/text.ts';
import { lockPath, prepareLockDirectory } from '../state/state-paths.ts';
import { StateWriteError } from '../system/errors.ts';
import { lockAtOnce, lockFile, type LockOutcome } from '../system/files/file-lock.ts';
import type { Context } from './context.ts';

export interface LockedOut {
  readonly user: string;
  readonly kind: 'busy' | 'failed';
  readonly reason: string;
}

/**
 * Runs `work` for the users whose locks it could get, and holds each lock until `work` ends or has finished with the
 * user.
 *
 * When not all locks are free at once, it takes them one by one in the order of names. So two runs never wait for each
 * other in a circle.
 */
export async function withUserLocks<Result>(
  context: Context,
  users: readonly RosterUser[],
  work: (
    locked: readonly RosterUser[],
    lockedOut: readonly LockedOut[],
    release: (user: string) => void,
  ) => Promise<Result>,
): Promise<Result> {
  const deadlineMs = performance.now() + context.lockTimeoutMs;
  const releases = new Map<string, () => void>();
  const lockedOut: LockedOut[] = [];
  try {
    for (const [name, release] of await lockAllAtOnce(context, users)) releases.set(name, release);
    for (const { name } of users.toSorted((a, b) => compareText(a.name, b.name))) {
      if (releases.has(name)) continue;
      context.signal.throwIfAborted();
      const outcome = await lockUser(context, name, Math.max(0, deadlineMs - performance.now()));
      if (outcome.kind === 'held') releases.set(name, outcome.release);
      else lockedOut.push({ user: name, ...refusalOf(outcome, context) });
    }
    context.signal.throwIfAborted();
    const locked = users.filter(({ name }) => releases.has(name));
    return await work(locked, lockedOut, (user) => releases.get(user)?.());
  } finally {
    for (const release of releases.values()) release();
  }
}

/** The usual case: one child process for all locks, instead of one for each user. */
async function lockAllAtOnce(context: Context, users: readonly RosterUser[]): Promise<ReadonlyMap<string, () => void>> {
  if (users.length < 2 || lockDirectoryFailure(context) !== null) return new Map();
  const paths = users.map(({ name }) => lockPath(context.stateDirectory, name));
  const releases = (await lockAtOnce(paths, { signal: context.signal })) ?? [];
  return new Map(
    users.flatMap(({ name }, at) => {
      const release = releases[at];
      return release === undefined ? [] : [[name, release] as const];
    }),
  );
}

async function lockUser(context: Context, user: string, waitMs: number): Promise<LockOutcome> {
  const reason = lockDirectoryFailure(context);
  if (reason !== null) return { kind: 'failed', reason };
  const path = lockPath(context.stateDirectory, user);
  return lockFile(path, { waitSeconds: waitMs / 1000, signal: context.signal });
}

function lockDirectoryFailure({ stateDirectory }: Context): string | null {
  try {
    prepareLockDirectory(stateDirectory);
    return null;
  } catch (error) {
    if (error instanceof StateWriteError) return error.message;
    throw error;
  }
}

function refusalOf(outcome: Exclude<LockOutcome, { kind: 'held' }>, context: Context): Omit<LockedOut, 'user'> {
  if (outcome.kind === 'failed') return outcome;
  const seconds = context.lockTimeoutMs / 1000;
  return { kind: 'busy', reason: `another run held the lock for longer than ${seconds} s` };
}
