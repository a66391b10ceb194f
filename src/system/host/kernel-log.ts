import { constants, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Killer, KillReport } from '../../core/endings.ts';
import { noKernelKill, readKernelMessage, type KernelKill, type KernelMessage } from '../../core/kills/kernel-kills.ts';
import { errnoName, systemErrorText } from '../errors.ts';
import { attemptRead, closeQuietly, maxStatusBytes, quietly, readBounded } from '../files/read-file.ts';

export interface KernelLogListener {
  readonly onKill: (report: KillReport) => void;
  /** The kernel overwrote messages before they were read: kills may be missing. */
  readonly onGap: () => void;
  /** Nothing more will be read. */
  readonly onEnd: (reason: string) => void;
  readonly now: () => Date;
}

export interface KernelLog {
  /** Reads at once what the kernel has written, for whoever knows that there is something. */
  readonly readNow: () => void;
  readonly close: () => void;
}

interface Places {
  readonly path?: string;
  readonly cgroupRoot?: string;
}

/**
 * Tells of each process that the kernel kills from now on, or why its log cannot be read.
 *
 * The log is read once a second, without waiting. Node cannot wait for this device: a read that waits keeps one of its
 * threads, and then the process cannot even exit (20.20). An empty read takes 45 µs.
 */
export function followKernelLog(
  listener: KernelLogListener,
  { path = '/dev/kmsg', cgroupRoot = '/sys/fs/cgroup' }: Places = {},
): KernelLog | { readonly unreadable: string } {
  if (!isInitialPidNamespace()) return { unreadable: 'its process ids are of another namespace' };
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const read = recordReader(descriptor);
    const failure = skipOld(read);
    if (failure === null) return follow(descriptor, read, listener, cgroupRoot);
    closeQuietly(descriptor);
    return { unreadable: `${path}: ${systemErrorText(failure.error)}` };
  } catch (error) {
    return { unreadable: `${path}: ${systemErrorText(error)}` };
  }
}

/** The number of the kernel's first process namespace (linux/proc_ns.h, PROC_PID_INIT_INO). */
const initialPidNamespace = 0xef_ff_ff_fc;

function isInitialPidNamespace(): boolean {
  return quietly(() => statSync('/proc/self/ns/pid').ino) === initialPidNamespace;
}

const periodMs = 1000;

/** About ten milliseconds of work. Then others have their turn. */
const maxReadsAtOnce = 500;

/** More than any log holds: its size is 64 MiB at most. */
const maxOldRecords = 1_000_000;

/** The log begins with what happened before, and Node cannot seek to its end. */
function skipOld(read: () => Reading): { readonly error: unknown } | null {
  for (let count = 0; count < maxOldRecords; count += 1) {
    const reading = read();
    if (reading.kind === 'failed') return reading;
    if (reading.kind === 'nothing') return null;
  }
  return null;
}

function follow(
  descriptor: number,
  read: () => Reading,
  { onKill, onGap, onEnd, now }: KernelLogListener,
  cgroupRoot: string,
): KernelLog {
  let state = noKernelKill;
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    clearInterval(timer);
    closeQuietly(descriptor);
  };
  const readNow = (): void => {
    for (let count = 0; count < maxReadsAtOnce; count += 1) {
      if (!isOpen) return;
      const next = read();
      switch (next.kind) {
        case 'record': {
          const message = kernelMessage(next.record);
          if (message === null) break;
          const answer = readKernelMessage(state, message);
          state = answer.state;
          if (answer.kill !== null) onKill(kernelKillReport(answer.kill, now().toISOString(), cgroupRoot));
          break;
        }
        case 'gap':
          state = noKernelKill;
          onGap();
          break;
        case 'nothing':
          return;
        case 'failed':
          close();
          onEnd(systemErrorText(next.error));
          return;
      }
    }
    setImmediate(readNow);
  };
  const timer = setInterval(readNow, periodMs);
  return { readNow, close };
}

type Reading =
  | { readonly kind: 'record'; readonly record: string }
  | { readonly kind: 'gap' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** The most that the kernel writes of one message (printk.h, PRINTK_MESSAGE_MAX is 2048, CONSOLE_EXT_LOG_MAX was 8192). */
const maxRecordBytes = 8192;

function recordReader(descriptor: number): () => Reading {
  const space = Buffer.allocUnsafeSlow(maxRecordBytes);
  return () => {
    try {
      return {
        kind: 'record',
        record: space.toString('latin1', 0, readSync(descriptor, space, 0, space.length, null)),
      };
    } catch (error) {
      const code = errnoName(error);
      if (code === 'EPIPE') return { kind: 'gap' };
      return code === 'EAGAIN' ? { kind: 'nothing' } : { kind: 'failed', error };
    }
  };
}

/**
 * The text of a record if the kernel wrote it: `PRIORITY,SEQUENCE,MICROSECONDS,FLAGS;TEXT`, then lines of further
 * fields. The priority contains the facility, which is never 0 for what a program wrote (kernel, Documentation/ABI/testing/dev-kmsg).
 */
function kernelMessage(record: string): KernelMessage | null {
  const [, priority, microseconds, text] = /^(\d+),\d+,(\d+),[^;]*;([^\n]*)/.exec(record) ?? [];
  if (priority === undefined || microseconds === undefined || text === undefined) return null;
  return Number(priority) < 8 ? { text: unescaped(text), microseconds: Number(microseconds) } : null;
}

/** The kernel writes all bytes but the printable ones of ASCII, and the backslash, as `\xNN`. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes = text.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Adds the limit of the control group, as long as that is there. */
export function kernelKillReport({ pid, cause }: KernelKill, at: string, cgroupRoot = '/sys/fs/cgroup'): KillReport {
  const killer: Killer = cause.kind === 'host' ? cause : { ...cause, limitMib: limitOf(cause.cgroup, cgroupRoot) };
  return { at, killer, victim: { kind: 'process', pid } };
}

/** The limit of a control group in MiB; null when it has none, or is gone. */
function limitOf(cgroup: string | null, cgroupRoot: string): number | null {
  if (cgroup === null || cgroup.split('/').includes('..')) return null;
  const files = [join(cgroupRoot, cgroup, 'memory.max'), join(cgroupRoot, 'memory', cgroup, 'memory.limit_in_bytes')];
  for (const file of files) {
    const reading = attemptRead(() => readBounded(file, maxStatusBytes));
    const bytes = reading.kind === 'read' && reading.value !== null ? Number(reading.value) : Number.NaN;
    // Version 1 writes the largest number of pages for no limit.
    if (bytes > 0 && bytes < 2 ** 60) return Math.round(bytes / 2 ** 20);
  }
  return null;
}
