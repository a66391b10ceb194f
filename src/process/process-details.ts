import { readlinkSync, statSync } from 'node:fs';
import { orNull } from '../system/or-null.ts';
import type { ProcessTable } from './process-table.ts';

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

/**
 * The directory that a pane shows: that of its foreground process group's leader, else of the pane's own process.
 *
 * Only of processes of that user: root can see where any other one is, and would tell the user (`sudo`, `su` in a pane).
 */
export function paneDirectory(table: ProcessTable, panePid: number, uid: number): string | null {
  const foreground = table.entries.get(panePid)?.tpgid ?? -1;
  const pids = foreground > 0 && foreground !== panePid ? [foreground, panePid] : [panePid];
  for (const pid of pids) {
    const directory = uidOf(pid) === uid ? cwdOf(pid) : null;
    if (directory !== null) return directory;
  }
  return null;
}
