import { maxStatusBytes, readBounded } from './read-bounded.ts';

/**
 * The start of a process in clock ticks since the kernel booted, as the text of field 22 of its /proc/PID/stat; null when it
 * is hidden from us, or is not there. A zombie is not there any more, however long its parent takes to note its end.
 */
export function startTimeIn(path: string): string | null {
  const stat = readBounded(path, maxStatusBytes);
  if (stat === null) return null;
  // proc(5): the name is in parentheses, and may hold anything.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : (fields[18] ?? null);
}
