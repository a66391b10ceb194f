import module from 'node:module';
import { join } from 'node:path';

/**
 * Keeps compiled code beside the program, where Node can (22.8 and later).
 *
 * Not in the default place, a directory below /tmp that any user can create first and fill for root to run.
 */
export function enableCompileCache(): void {
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') {
    module.enableCompileCache(join(import.meta.dirname, 'compile-cache'));
  }
}
