import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './persist-sandbox.ts';

export interface PeakMemory {
  /** To be in the environment of the run that is measured; the programs that it starts are not. */
  readonly env: Environment;
  /** The most memory that the last run had at a time, in MiB. */
  readonly peakMib: () => number;
  /** The processor time that the last run took, without the programs that it started. */
  readonly cpuMs: () => number;
}

/** Has runs of the program leave their peak memory (VmHWM) in a directory. */
export function peakMemory(directory: string): PeakMemory {
  const [hook, result] = [join(directory, 'peak-memory.cjs'), join(directory, 'peak-memory.txt')];
  const time = "'CpuMicros: ' + (process.cpuUsage().user + process.cpuUsage().system)";
  const copy = `fs.writeFileSync(${JSON.stringify(result)}, fs.readFileSync('/proc/self/status', 'utf8') + ${time})`;
  writeFileSync(hook, `const fs = require('node:fs');\nprocess.on('exit', () => ${copy});\n`);
  return {
    env: { NODE_OPTIONS: `--require=${hook}` },
    peakMib: () => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(result, 'utf8'))?.[1]) / 1024,
    cpuMs: () => Number(/^CpuMicros: (\d+)$/m.exec(readFileSync(result, 'utf8'))?.[1]) / 1000,
  };
}
