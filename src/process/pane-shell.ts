import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { PaneShell } from '../core/manifest.ts';
import { readIfThere, readBounded } from '../system/files/read-file.ts';
import { cwdOf, descendantsOf, type ProcessTable, uidOf } from './process-table.ts';

/**
 * The shell that a pane's own process is, or that a restored agent's script names; null for any other program, such as
 * a script, and for a process of another user.
 *
 * The link to its program is read and never followed. `argv` is for whoever has read the arguments already.
 */
export function paneShellOf(
  panePid: number,
  uid: number,
  argv: readonly string[] = paneArguments(panePid, uid),
): PaneShell | null {
  if (argv.length === 0) return null;
  const left = shellBehindAgent(argv);
  if (left !== null) return { program: left, login: true };
  const link = `/proc/${panePid}/exe`;
  const program = readIfThere(link, () => readlinkSync(link))?.replace(/ \(deleted\)$/, '') ?? '';
  const login = loginOf(argv);
  return login === null || !isShellName(basename(program)) ? null : { program, login };
}

/** The arguments of a pane's own process; empty for a process of another user, and when they are too long. */
export function paneArguments(panePid: number, uid: number): readonly string[] {
  if (uidOf(panePid) !== uid) return [];
  return argumentsIn(readBounded(`/proc/${panePid}/cmdline`, maxArgumentBytes) ?? '');
}

/** The arguments that /proc/PID/cmdline shows; empty for a text that was cut, or that a program has replaced. */
export function argumentsIn(text: string): readonly string[] {
  return text.endsWith('\0') ? text.split('\0').slice(0, -1) : [];
}

/** An interactive shell has few arguments. A restored agent's command has a script among them. */
const maxArgumentBytes = 64 * 1024;

/**
 * The shell in the command of a restored agent (agents/pane-command.ts): after the script and the agent's name. Before
 * 0.2 the script was a text, and the shell came first.
 */
function shellBehindAgent(argv: readonly string[]): string | null {
  const script = argv.findIndex((word, at) => basename(word) === 'pane-agent' && argv.indexOf('-i') < at && at > 1);
  const text = argv.indexOf('tmux-persist');
  const shell = script > 0 ? argv[script + 2] : text > 1 && argv[text - 2] === '-c' ? argv[text + 1] : undefined;
  return shell !== undefined && isShellName(basename(shell)) && shell.startsWith('/') ? shell : null;
}

/** Whether it is a login shell; null for arguments that make it run a command, or that no restore would repeat. */
function loginOf([name, ...options]: readonly string[]): boolean | null {
  if (name === undefined || options.some((option) => !plainOptions.has(option))) return null;
  return name.startsWith('-') || options.some((option) => option === '-l' || option === '--login');
}

const plainOptions: ReadonlySet<string> = new Set(['-l', '--login', '-i', '--interactive']);

/** Whether a pane's own process is a shell without a foreground program. Background programs do not count. */
export function isIdleShell(table: ProcessTable, panePid: number): boolean {
  const pane = table.entries.get(panePid);
  if (pane === undefined || !isShellName(pane.comm) || pane.tpgid !== pane.pgrp) return false;
  return descendantsOf(table, panePid).every(({ pid, pgrp }) => pid === panePid || pgrp !== pane.pgrp);
}

/**
 * The directory of a pane: that of the shell that started the foreground program, else of the pane's own process. A
 * program may work in a temporary directory, which is gone when it ends.
 *
 * Only of processes of that user: root can see where any other one is, and would tell the user (`sudo`, `su` in a pane).
 * `ownShell` is what the pane's own process is, for whoever knows it already.
 */
export function paneDirectory(
  table: ProcessTable,
  panePid: number,
  uid: number,
  ownShell: PaneShell | null = paneShellOf(panePid, uid),
): string | null {
  const line = foregroundLine(table, panePid);
  const shell = line.find((pid) => (pid === panePid ? ownShell : paneShellOf(pid, uid)) !== null);
  for (const pid of [...(shell === undefined ? [] : [shell]), panePid]) {
    const directory = uidOf(pid) === uid ? cwdOf(pid) : null;
    if (directory !== null) return directory;
  }
  return null;
}

/**
 * The leader of the foreground process group and its ancestors up to the pane's own process. Without any, only that
 * process.
 */
export function foregroundLine(table: ProcessTable, panePid: number): readonly number[] {
  const foreground = table.entries.get(panePid)?.tpgid ?? -1;
  const line: number[] = [];
  // A pid may belong to another process by now, so the line of ancestors may form a circle.
  for (let pid = foreground; pid > 1 && !line.includes(pid); pid = table.entries.get(pid)?.ppid ?? -1) {
    line.push(pid);
    if (pid === panePid) return line;
  }
  return [panePid];
}

const names: ReadonlySet<string> = new Set(
  'ash bash busybox csh dash elvish fish ksh ksh93 mksh nu rbash sh tcsh yash zsh'.split(' '),
);

/** Whether a program of this name is an interactive shell. */
export function isShellName(name: string): boolean {
  return names.has(name);
}
