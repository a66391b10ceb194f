import { closeSync, constants, futimesSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { localGroupId } from '../system/host/accounts.ts';
import { ensureDirectory } from '../system/files/ensure-directory.ts';
import { quietly } from '../system/files/read-file.ts';
import { isRoot } from '../system/files/trusted-path.ts';
import { changesDirectory, isSafeUserName } from './state-paths.ts';

/** Its members may use root's command for the web, and so may know when to ask it again. */
const readingGroup = 'tmux-restore';

/**
 * Lets whoever looks at the directory of changes know that a new record of this user was stored. The files are empty. It never
 * fails, because no save may fail for it.
 */
export function noteChange(stateDir: string, user: string, etc = '/etc'): void {
  quietly(() => {
    const directory = changesDirectory(stateDir);
    const gid = isRoot() ? localGroupId(readingGroup, etc) : null;
    const owner = isRoot() ? { uid: 0, gid: gid ?? 0 } : null;
    ensureDirectory(directory, { mode: gid === null ? 0o700 : 0o750, owner, repair: true });
    if (isSafeUserName(user)) touch(join(directory, user));
  });
}

/** O_NOFOLLOW and O_NONBLOCK, because what stands there may be a link or a FIFO. */
function touch(path: string): void {
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const now = new Date();
    futimesSync(descriptor, now, now);
  } finally {
    closeSync(descriptor);
  }
}
