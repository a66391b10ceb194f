import { argvOf } from './process-details.ts';
import { descendantsOf, type ProcessTable } from './process-table.ts';

/** A process that runs in a pane. */
export interface PaneProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  /** In the terminal's foreground process group: what the person at the pane sees. */
  readonly foreground: boolean;
  /** Read when asked for; null when it is gone or hidden. */
  readonly argv: () => readonly string[] | null;
}

/** The pane's own process and all that came from it, nearest first. */
export function paneProcesses(table: ProcessTable, panePid: number): readonly PaneProcess[] {
  const foregroundGroup = table.entries.get(panePid)?.tpgid;
  return descendantsOf(table, panePid).map(({ pid, ppid, pgrp, comm }) => ({
    pid,
    ppid,
    comm,
    foreground: pgrp === foregroundGroup,
    argv: () => argvOf(pid),
  }));
}
