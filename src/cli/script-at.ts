import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Script } from 'node:vm';

/**
 * The script of a CommonJS file: a function of what Node gives a module. The build compiles by it, too, because V8 takes
 * compiled code only for a source of the same length, and what comes from compiled code bears the name of then.
 */
export function scriptAt(path: string, cachedData: Buffer | null): Script {
  const source = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(path, 'utf8')}\n})`;
  return new Script(source, { filename: basename(path), ...(cachedData === null ? {} : { cachedData }) });
}
