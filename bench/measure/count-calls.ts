import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from '../contestants/contestant.ts';

export interface CallCounts {
  /** The first one included. */
  readonly processes: number;
  readonly filesOpened: number;
  readonly systemCalls: number;
}

/** Counts what one run asks of the kernel, children included, by strace; null where that is not installed. */
export async function countCalls(contestant: Contestant, scratch: string): Promise<CallCounts | null> {
  const totals = await trace(contestant, ['-c'], join(scratch, 'strace.totals'));
  const starts = await trace(contestant, ['-e', 'trace=%process', '--seccomp-bpf'], join(scratch, 'strace.starts'));
  return totals === null || starts === null ? null : { ...totalsIn(totals), processes: 1 + processesIn(starts) };
}

async function trace(
  { argv, env, before }: Contestant,
  options: readonly string[],
  output: string,
): Promise<string | null> {
  await before?.();
  const { error, status } = spawnSync('strace', ['-f', '-qq', ...options, '-o', output, ...argv], {
    cwd: '/',
    env: { ...env },
    stdio: 'ignore',
  });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') return null;
  if (status !== 0) throw new Error(`strace of ${argv.join(' ')} ended with ${status}`);
  return readFileSync(output, 'utf8');
}

/** Of the table that `strace -c` prints: `% time, seconds, usecs/call, calls, errors, syscall`, errors being often empty. */
export function totalsIn(table: string): Omit<CallCounts, 'processes'> {
  const calls = new Map(
    table.split('\n').flatMap((line): readonly (readonly [string, number])[] => {
      const [share = '', , , count = '', ...rest] = line.trim().split(/\s+/);
      return /^\d+\.\d+$/.test(share) ? [[rest.at(-1) ?? '', Number(count)]] : [];
    }),
  );
  const of = (name: string): number => calls.get(name) ?? 0;
  return { filesOpened: of('open') + of('openat') + of('openat2'), systemCalls: of('total') };
}

/** A call that is interrupted by another process's is told in two lines, of which the second says `resumed`. */
export function processesIn(lines: string): number {
  const starts = lines.match(/^\d+ +(?:clone3?|v?fork)\(.*$/gm) ?? [];
  return starts.filter((line) => !line.includes('CLONE_THREAD')).length;
}
