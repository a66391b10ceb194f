import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

const loaded = new Map<string, { exports: unknown }>();

/**
 * What `require` does for a CommonJS file of the build and those beside that it requires, from the compiled code that the
 * build has put next to each. V8 passes over code that another version of it has compiled, and compiles the source.
 */
export function requireCompiled(path: string): unknown {
  const known = loaded.get(path);
  if (known !== undefined) return known.exports;
  const own = { exports: {} };
  loaded.set(path, own);
  const source = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(path, 'utf8')}\n})`;
  const cachedData = compiledCodeOf(path);
  const run: unknown = new Script(source, {
    // As it was compiled: what comes from compiled code has the name in it.
    filename: basename(path),
    ...(cachedData === null ? {} : { cachedData }),
  }).runInThisContext();
  if (typeof run !== 'function') throw new TypeError(`${path} is not a file of the build`);
  const directory = dirname(path);
  const ofNode = createRequire(path);
  const requireFrom = (id: string): unknown =>
    id.startsWith('./') ? requireCompiled(join(directory, id)) : ofNode(id);
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
