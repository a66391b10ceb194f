import { readlinkSync, statSync } from 'node:fs';
import { orNull } from '../system/or-null.ts';

/**
 * The directory a process is in; null when it cannot be read, or is marked as deleted.
 *
 * The link is read and never followed: a user chooses where it leads, and a file system there may answer nobody, root
 * included. So a directory that is only called `x (deleted)` is not known here; tmux, as its user, names it.
 */
export function cwdOf(pid: number): string | null {
  const link = `/proc/${pid}/cwd`;
  const path = orNull(link, () => readlinkSync(link));
  return path === null || !path.startsWith('/') || path.endsWith(' (deleted)') ? null : path;
}

/** The account a process runs as; null when it is gone. */
export function uidOf(pid: number): number | null {
  const path = `/proc/${pid}`;
  return orNull(path, () => statSync(path).uid);
}
