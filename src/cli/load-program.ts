import module, { createRequire } from 'node:module';
import { join } from 'node:path';

/** Runs a program file in this directory, from compiled code if this Node caches it (22.8 and later). */
export function loadProgram(file: string): void {
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') {
    // Not in the default cache directory below /tmp: any user could create that first, and fill it for root to run.
    module.enableCompileCache(join(import.meta.dirname, 'compile-cache'));
  }
  createRequire(import.meta.filename)(join(import.meta.dirname, file));
}
