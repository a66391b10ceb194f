import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { mustRead, readIfThere, readRecord } from '../system/read-file.ts';

/** One process as /proc/PID/stat tells it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  /** The foreground process group of its terminal; -1 without one. */
  readonly tpgid: number;
  /** Clock ticks since boot: with the pid it names a process for good. */
  readonly startTime: number;
  readonly comm: string;
}

/** All processes at about one moment. */
export interface ProcessTable {
  readonly entries: ReadonlyMap<number, ProcessEntry>;
  readonly childrenOf: ReadonlyMap<number, readonly number[]>;
}

/** Reads every process once, synchronously. One that ends meanwhile is not in the table. Throws HostReadError. */
export function readProcessTable(): ProcessTable {
  const pids = mustRead('/proc', () => readdirSync('/proc')).filter((name) => /^\d+$/.test(name));
  return tableOf(pids.flatMap((pid) => readEntry(pid) ?? []));
}

/** A table of the given processes. */
export function tableOf(processes: readonly ProcessEntry[]): ProcessTable {
  const childrenOf = new Map<number, number[]>();
  for (const { pid, ppid } of processes) {
    const siblings = childrenOf.get(ppid);
    if (siblings === undefined) childrenOf.set(ppid, [pid]);
    else siblings.push(pid);
  }
  return { entries: new Map(processes.map((entry) => [entry.pid, entry])), childrenOf };
}

/** Parses one line of /proc/PID/stat. The command name is in parentheses, and may itself hold spaces and `)`. */
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

/** A process and all that came from it, nearest first, each once. */
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

function readEntry(pid: string): ProcessEntry | null {
  const line = readRecord(`/proc/${pid}/stat`);
  return line === null ? null : parseStat(line);
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value);
}

/**
 * The directory a process is in; null when it cannot be read, or is marked as deleted.
 *
 * The link is read and never followed: a user chooses where it leads, and a file system there may answer nobody, root
 * included. So a directory that is only called `x (deleted)` is not known here; tmux, as its user, names it.
 */
export function cwdOf(pid: number): string | null {
  const link = `/proc/${pid}/cwd`;
  const path = readIfThere(link, () => readlinkSync(link));
  return path === null || !path.startsWith('/') || path.endsWith(' (deleted)') ? null : path;
}

/** The account a process runs as; null when it is gone. */
export function uidOf(pid: number): number | null {
  const path = `/proc/${pid}`;
  return readIfThere(path, () => statSync(path).uid);
}
