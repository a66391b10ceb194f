import process from 'node:process';
import { errnoName } from '../system/errors.ts';
import { readRecord } from '../system/files/read-file.ts';
import { parseStat } from './process-table.ts';

/** The pid and the start time, in clock ticks since boot, identify a process forever. */
export interface KnownProcess {
  readonly pid: number;
  readonly startTime: number;
}

/** How many looks it takes until each process was looked at closely. */
export const closeLooks = 16;

/**
 * The processes that have ended. `look` is the number of the look.
 *
 * Each look sends signal 0 to each process, which costs a fifth of reading its facts. The signal does not tell that a
 * process has ended and its parent has not collected it, nor that another process has got its pid. So each look also
 * reads the facts of every sixteenth process. Throws HostReadError.
 */
export function goneProcesses<Known extends KnownProcess>(known: readonly Known[], look: number): readonly Known[] {
  return known.filter(({ pid, startTime }) => {
    if (!hasProcess(pid)) return true;
    return pid % closeLooks === look % closeLooks && hasEnded(pid, startTime);
  });
}

/** A process that nobody has collected still has its pid. EPERM is the answer for a process of another user. */
function hasProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errnoName(error) !== 'ESRCH';
  }
}

function hasEnded(pid: number, startTime: number): boolean {
  const line = readRecord(`/proc/${pid}/stat`);
  // It is hidden, or it ended just now and the next look finds that.
  if (line === null) return false;
  const state = line.charAt(line.lastIndexOf(')') + 2);
  return state === 'Z' || state === 'X' || parseStat(line)?.startTime !== startTime;
}
