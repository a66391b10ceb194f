import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { PaneProgram } from '../core/manifest.ts';
import { listedProgram, maxProgramBytes, withoutInterpreter } from '../core/pane-program.ts';
import { readBounded, readIfThere } from '../system/files/read-file.ts';
import { argumentsIn, foregroundLine } from './pane-shell.ts';
import { descendantsOf, type ProcessTable, uidOf } from './process-table.ts';

/** A pane's own process, with its arguments (pane-shell.ts). */
interface PaneProcess {
  readonly pid: number;
  readonly uid: number;
  readonly argv: readonly string[];
}

/**
 * The listed program in the foreground of a pane's terminal, which a restore can start again as it is; null for any
 * other.
 *
 * Only of processes of that user: root can read the arguments of any other, and would tell the user (`sudo`).
 */
export function foregroundProgram(
  table: ProcessTable,
  pane: PaneProcess,
  listed: readonly string[],
): PaneProgram | null {
  if (listed.length === 0 || pane.argv.length === 0) return null;
  const restored = restoredProgram(pane.argv);
  if (restored !== null) return listedProgram(restored, listed);
  const [leader = pane.pid] = foregroundLine(table, pane.pid);
  const shown = leader === pane.pid ? pane.argv : argumentsOf(leader, pane.uid);
  const program = listedProgram(withoutInterpreter(shown, table.entries.get(leader)?.comm ?? ''), listed);
  return program !== null && leads(table, leader) && hasTerminal(leader) ? program : null;
}

/**
 * The program that our own script in a pane has started, or starts in a moment (agents/pane-command.ts): the user's
 * shell comes first, and may take long.
 */
function restoredProgram(argv: readonly string[]): readonly string[] | null {
  const script = argv.findIndex((word) => basename(word) === 'pane-agent');
  const isOurs = argv[script - 3] === '-i' && argv[script - 2] === '-c' && argv[script + 4] === 'program';
  return isOurs ? argv.slice(script + 5) : null;
}

function argumentsOf(pid: number, uid: number): readonly string[] {
  return uidOf(pid) === uid ? argumentsIn(readBounded(`/proc/${pid}/cmdline`, maxProgramBytes) ?? '') : [];
}

/** Whether all of its group are its own. In a pipe line, the others are not, and it alone would be something else. */
function leads(table: ProcessTable, leader: number): boolean {
  if (table.entries.get(leader)?.pgrp !== leader) return false;
  const own = new Set(descendantsOf(table, leader).map(({ pid }) => pid));
  return [...table.entries.values()].every(({ pid, pgrp }) => pgrp !== leader || own.has(pid));
}

/** Whether it reads from a terminal and writes to one: a restore knows no file that was given instead. */
function hasTerminal(pid: number): boolean {
  return [0, 1].every((descriptor) => {
    const link = `/proc/${pid}/fd/${descriptor}`;
    return /^\/dev\/(pts\/\d+|tty)$/.test(readIfThere(link, () => readlinkSync(link)) ?? '');
  });
}
