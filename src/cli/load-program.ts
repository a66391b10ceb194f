import module, { createRequire } from 'node:module';
import { join } from 'node:path';

/** Runs a program that lies beside, from compiled code where Node keeps it (22.8 and later). */
export function loadProgram(file: string): void {
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') {
    // Not in the default place, a directory below /tmp that any user can create first and fill for root to run.
    module.enableCompileCache(join(import.meta.dirname, 'compile-cache'));
  }
  createRequire(import.meta.filename)(join(import.meta.dirname, file));
}
