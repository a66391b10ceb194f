import { closeSync } from 'node:fs';

/** Closes a descriptor that nothing was written to: Linux lets go of it whatever it answers (close(2)). */
export function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // Nothing hangs on it.
  }
}
