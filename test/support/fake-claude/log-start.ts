import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { variable } from './context.ts';
import type { Settings } from './settings.ts';

/** One start of the double, as it found itself. */
export interface FakeClaudeStart {
  readonly pid: number;
  readonly ppid: number;
  readonly startedAtMs: number;
  readonly version: string;
  readonly program: string;
  /** The exact vector, before a Node build overwrites it. */
  readonly argv: readonly string[];
  /** What follows the program in it. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Leaves a file for each start, whole or not at all, in the installation's directory and in FAKE_CLAUDE_LOG_DIR. */
export function logStart({ version, logDirectory }: Settings, program: string): void {
  const start = {
    pid: process.pid,
    ppid: process.ppid,
    startedAtMs: Date.now(),
    version,
    program,
    argv: readFileSync('/proc/self/cmdline', 'utf8').split('\0').slice(0, -1),
    args: process.argv.slice(2),
    cwd: process.cwd(),
    env: process.env,
  };
  for (const directory of [logDirectory, variable('FAKE_CLAUDE_LOG_DIR')]) {
    if (directory !== null) writeStart(directory, `${start.startedAtMs}-${process.pid}`, JSON.stringify(start));
  }
}

/** Who may not write there leaves no file, and runs all the same. */
function writeStart(directory: string, name: string, text: string): void {
  const unfinished = join(directory, `.${name}`);
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(unfinished, text);
    renameSync(unfinished, join(directory, `${name}.json`));
  } catch {
    // `starts()` does not list it then.
  }
}
