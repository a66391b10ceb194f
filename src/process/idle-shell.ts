import { descendantsOf, type ProcessTable } from './process-table.ts';
import { isShellName } from './shell-names.ts';

/** Whether a pane's own process is a shell that nothing runs in front of; what runs behind it does not count. */
export function isIdleShell(table: ProcessTable, panePid: number): boolean {
  const pane = table.entries.get(panePid);
  if (pane === undefined || !isShellName(pane.comm) || pane.tpgid !== pane.pgrp) return false;
  return descendantsOf(table, panePid).every(({ pid, pgrp }) => pid === panePid || pgrp !== pane.pgrp);
}
