import { paneShellOf } from './pane-shell.ts';
import { cwdOf, uidOf } from './process-details.ts';
import type { ProcessTable } from './process-table.ts';

/**
 * The directory that a pane is in: that of the shell that the program in its foreground was started from, else of the pane's own
 * process. A program may sit in a directory of its own, which is gone when it ends.
 *
 * Only of processes of that user: root can see where any other one is, and would tell the user (`sudo`, `su` in a pane).
 */
export function paneDirectory(table: ProcessTable, panePid: number, uid: number): string | null {
  const line = fromForeground(table, panePid);
  const shell = line.find((pid) => paneShellOf(pid, uid) !== null);
  for (const pid of [...(shell === undefined ? [] : [shell]), panePid]) {
    const directory = uidOf(pid) === uid ? cwdOf(pid) : null;
    if (directory !== null) return directory;
  }
  return null;
}

/** The leader of the foreground process group and those that it came from, up to the pane's own process; that alone without any. */
function fromForeground(table: ProcessTable, panePid: number): readonly number[] {
  const foreground = table.entries.get(panePid)?.tpgid ?? -1;
  const line: number[] = [];
  // A pid may stand for another process by now, so that the line may lead in a circle.
  for (let pid = foreground; pid > 1 && !line.includes(pid); pid = table.entries.get(pid)?.ppid ?? -1) {
    line.push(pid);
    if (pid === panePid) return line;
  }
  return [panePid];
}
