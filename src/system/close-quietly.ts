import { closeSync } from 'node:fs';
import { quietly } from './quietly.ts';

/** Closes a descriptor that nothing was written to: Linux lets go of it whatever it answers (close(2)). */
export function closeQuietly(descriptor: number): void {
  quietly(() => closeSync(descriptor));
}
