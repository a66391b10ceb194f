import type { ChildProcess } from 'node:child_process';

/**
 * Starts a child process; null where it could not be started, and then `onFailure` gets to know why.
 *
 * Where descriptors or memory are lacking, Node gives a child without streams, or throws (20.20).
 */
export function startOrFail<Child extends ChildProcess>(
  start: () => Child,
  onFailure: (error: unknown) => void,
): Child | null {
  try {
    const child = start();
    if (child.pid !== undefined) return child;
    child.on('error', onFailure);
  } catch (error) {
    onFailure(error);
  }
  return null;
}
