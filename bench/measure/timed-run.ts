import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Argv, Environment } from '../contestants/contestant.ts';

/** What one run of a program cost, with all the children that it waited for. */
export interface Cost {
  /** User and system time. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

const limitMs = 3_600_000;

/**
 * Runs a program once and measures it from outside, by the `time` of bash: getrusage of the waited-for children, in
 * milliseconds. Throws when it fails. Its output goes to files, for a pipe would be held open by a tmux server that it starts.
 */
export function timedRun(argv: Argv, env: Environment, scratch: string): Cost {
  const [times, errors] = [join(scratch, 'times'), join(scratch, 'errors')];
  const { status, signal, error } = spawnSync('/bin/bash', ['-c', script, 'bash', times, errors, ...argv], {
    cwd: '/',
    env: { ...env },
    stdio: 'ignore',
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  if (error !== undefined) throw error;
  if (status !== 0) {
    throw new Error(`${argv.join(' ')} ended with ${status ?? signal ?? 'nothing'}: ${readFileSync(errors, 'utf8')}`);
  }
  return costIn(readFileSync(times, 'utf8'));
}

const script = `
times=$1 errors=$2
shift 2
TIMEFORMAT='%3R %3U %3S'
{ time "$@" >/dev/null 2>"$errors"; } 2>"$times"
`;

function costIn(text: string): Cost {
  const [wall, user, system] = text.trim().split(' ').map(Number);
  if (wall === undefined || user === undefined || system === undefined) throw new Error(`no times: ${text}`);
  return { cpuMs: (user + system) * 1000, wallMs: wall * 1000 };
}
