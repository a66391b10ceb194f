import { descendantsOf, type ProcessTable } from './process-table.ts';

const shells: ReadonlySet<string> = new Set(
  'ash bash busybox csh dash elvish fish ksh ksh93 mksh nu rbash sh tcsh yash zsh'.split(' '),
);

/** Whether a pane's own process is a shell that nothing runs in front of; what runs behind it does not count. */
export function isIdleShell(table: ProcessTable, panePid: number): boolean {
  const pane = table.entries.get(panePid);
  if (pane === undefined || !shells.has(pane.comm) || pane.tpgid !== pane.pgrp) return false;
  return descendantsOf(table, panePid).every(({ pid, pgrp }) => pid === panePid || pgrp !== pane.pgrp);
}
