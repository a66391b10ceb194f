import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { scriptAt } from './script-at.ts';

const loaded = new Map<string, { exports: unknown }>();
const requireFromNode = createRequire(import.meta.filename);

/**
 * What `require` does for a CommonJS file of the build and those beside that it requires, from the compiled code that the
 * build has put next to each. V8 passes over code that another version of it has compiled, and compiles the source.
 */
export function requireCompiled(path: string): unknown {
  const known = loaded.get(path);
  if (known !== undefined) return known.exports;
  const own = { exports: {} };
  loaded.set(path, own);
  const run: unknown = scriptAt(path, compiledCodeOf(path)).runInThisContext();
  if (typeof run !== 'function') throw new TypeError(`${path} is not a file of the build`);
  const directory = dirname(path);
  const requireFrom = (id: string): unknown =>
    id.startsWith('./') ? requireCompiled(join(directory, id)) : requireFromNode(id);
  run(own.exports, requireFrom, own, path, directory);
  return own.exports;
}

function compiledCodeOf(path: string): Buffer | null {
  try {
    return readFileSync(`${path}.v8`);
  } catch {
    return null;
  }
}
