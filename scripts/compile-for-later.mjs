// Puts the compiled code of each script beside it, for Node before 22.8, which keeps none itself: src/cli/require-compiled.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

export function compileForLater(paths) {
  if (module.enableCompileCache !== undefined) return;
  // Otherwise V8 compiles a function when it is first called, and nothing calls one here.
  setFlagsFromString('--no-lazy');
  const scripts = paths.map((path) => [path, new Script(asFunction(path), { filename: basename(path) })]);
  // V8 takes only code that was compiled with the options of the process that loads it.
  setFlagsFromString('--lazy');
  for (const [path, script] of scripts) writeFileSync(`${path}.v8`, script.createCachedData());
}

/** To the letter what require-compiled.ts makes of it: V8 compares the lengths. */
function asFunction(path) {
  return `(function (exports, require, module, __filename, __dirname) { ${readFileSync(path, 'utf8')}\n})`;
}
