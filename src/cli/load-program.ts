import module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { requireCompiled } from './require-compiled.ts';

/**
 * Runs a program that lies beside, from its compiled code where that is kept: by Node, where it can (22.8 and later), or by
 * the build.
 */
export function loadProgram(file: string): void {
  const path = join(import.meta.dirname, file);
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') {
    // Not in the default place, a directory below /tmp that any user can create first and fill for root to run.
    module.enableCompileCache(join(import.meta.dirname, 'compile-cache'));
    createRequire(import.meta.filename)(path);
    return;
  }
  requireCompiled(path);
}
