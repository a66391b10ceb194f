import process from 'node:process';
import type { Tally } from './strike-all.ts';

/** Whether every point is struck, as `npm run test:faults` asks for, or those that `npm test` has the time for. */
export const isWhole = process.env['TMUX_PERSIST_FAULTS'] === 'all';

/** With fewer of them, the trace of a scene has not seen what its run does. */
export const fewestPoints = isWhole ? 10 : 5;

/** Longer than all points of one scene take on a busy machine. */
export const timeoutMs = 30 * 60_000;

/** Says how many points were struck, how many of them were lost, and which were not met. */
export function report(name: string, { points, lost, missed }: Tally): void {
  const unmet = missed.length === 0 ? '' : `, ${missed.length} not met again`;
  for (const point of missed) process.stdout.write(`not met again: ${point}\n`);
  process.stdout.write(`${name}: ${points} points, ${lost.length} lost${unmet}\n`);
}
