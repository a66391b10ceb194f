import { prepareLockDirectory, watchLockPath } from '../../state/state-paths.ts';
import { StateWriteError } from '../../system/errors.ts';
import { lockFile, type LockOutcome } from '../../system/files/file-lock.ts';
import type { Context } from '../context.ts';

/** Takes the lock that only one watch of these records can hold. Two would heal one loss twice. */
export async function lockWatch({ stateDirectory, signal }: Context): Promise<LockOutcome> {
  try {
    prepareLockDirectory(stateDirectory);
  } catch (error) {
    if (error instanceof StateWriteError) return { kind: 'failed', reason: error.message };
    throw error;
  }
  return lockFile(watchLockPath(stateDirectory), { waitSeconds: 0, signal });
}
