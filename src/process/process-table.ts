import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { mustRead, readIfThere, readRecord } from '../system/files/read-file.ts';

/** One process as /proc/PID/stat shows it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  /** The foreground process group of its terminal; -1 without one. */
  readonly tpgid: number;
  /** Clock ticks since boot. The pid and this time identify a process forever. */
  readonly startTime: number;
  readonly comm: string;
}

/** All processes at about one moment. */
export interface ProcessTable {
  readonly entries: ReadonlyMap<number, ProcessEntry>;
  readonly childrenOf: ReadonlyMap<number, readonly number[]>;
}

/** Reads every process once, synchronously. A process that ends meanwhile is missing. Throws HostReadError. */
export function readProcessTable(): ProcessTable {
  const pids = mustRead('/proc', () => readdirSync('/proc')).filter((name) => /^\d+$/.test(name));
  return tableOf(pids.flatMap((pid) => readProcess(Number(pid)) ?? []));
}

/** One process now; null when it has ended. Throws HostReadError. */
export function readProcess(pid: number): ProcessEntry | null {
  const line = readRecord(`/proc/${pid}/stat`);
  return line === null ? null : parseStat(line);
}

/** Builds a table of the given processes. */
export function tableOf(processes: readonly ProcessEntry[]): ProcessTable {
  const childrenOf = new Map<number, number[]>();
  for (const { pid, ppid } of processes) {
    const siblings = childrenOf.get(ppid);
    if (siblings === undefined) childrenOf.set(ppid, [pid]);
    else siblings.push(pid);
  }
  return { entries: new Map(processes.map((entry) => [entry.pid, entry])), childrenOf };
}

/**
 * Parses one line of /proc/PID/stat; null for any other text. The command name is in parentheses, and may itself
 * contain spaces and `)`.
 */
export function parseStat(line: string): ProcessEntry | null {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = line.slice(close + 2).split(' ');
  const [pid, ppid, pgrp, tpgid, startTime] = [line.slice(0, open), fields[1], fields[2], fields[5], fields[19]].map(
    (field) => (field === undefined ? Number.NaN : Number(field)),
  );
  if (!isNumber(pid) || !isNumber(ppid) || !isNumber(pgrp) || !isNumber(tpgid) || !isNumber(startTime)) return null;
  return { pid, ppid, pgrp, tpgid, startTime, comm: line.slice(open + 1, close) };
}

/** A process and all its descendants, nearest first, each once. */
export function descendantsOf(table: ProcessTable, pid: number): readonly ProcessEntry[] {
  const found = new Map<number, ProcessEntry>();
  let generation: readonly number[] = [pid];
  while (generation.length > 0) {
    const next: number[] = [];
    for (const member of generation) {
      const entry = table.entries.get(member);
      if (entry === undefined || found.has(member)) continue;
      found.set(member, entry);
      next.push(...(table.childrenOf.get(member) ?? []));
    }
    generation = next;
  }
  return [...found.values()];
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value);
}

/**
 * The directory of a process; null when it cannot be read, or is marked as deleted.
 *
 * The link is read and never followed. A user chooses its target, and a file system there may never answer, even for
 * root. So a directory whose name ends in ` (deleted)` is not known here. tmux, which runs as its user, names it.
 */
export function cwdOf(pid: number): string | null {
  const link = `/proc/${pid}/cwd`;
  const path = readIfThere(link, () => readlinkSync(link));
  return path === null || !path.startsWith('/') || path.endsWith(' (deleted)') ? null : path;
}

/** The user id of a process; null when the process is gone. */
export function uidOf(pid: number): number | null {
  const path = `/proc/${pid}`;
  return readIfThere(path, () => statSync(path).uid);
}
