import { readdirSync, readFileSync } from 'node:fs';

/** `getconf CLK_TCK`: 100 on every Linux that runs Node. */
const ticksPerSecond = 100;

/** The processor time that a process has used so far: utime and stime of proc(5), stat. */
export function cpuMsOf(pid: number): number {
  const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** The memory of a process, in MiB; of pages that others have, too, its share. */
export function memoryMibOf(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1]) / 1024;
}

/** How many children a process has, whichever of its threads started them. */
export function childCountOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce(
    (sum, task) => sum + (readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').match(/\d+/g)?.length ?? 0),
    0,
  );
}
