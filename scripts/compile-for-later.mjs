// Puts the compiled code of each script beside it, for Node before 22.8, which keeps none itself: src/cli/require-compiled.ts.
import { writeFileSync } from 'node:fs';
import module from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { build } from 'esbuild';

export async function compileForLater(paths) {
  if (module.enableCompileCache !== undefined) return;
  const scriptAt = await loadScriptAt();
  // Otherwise V8 compiles a function when it is first called, and nothing calls one here.
  setFlagsFromString('--no-lazy');
  const scripts = paths.map((path) => [path, scriptAt(path, null)]);
  // V8 takes only code that was compiled with the options of the process that loads it.
  setFlagsFromString('--lazy');
  for (const [path, script] of scripts) writeFileSync(`${path}.v8`, script.createCachedData());
}

/** The program's own, so that both make the same of a file. */
async function loadScriptAt() {
  const entryPoints = ['src/cli/script-at.ts'];
  const { outputFiles } = await build({ entryPoints, bundle: true, platform: 'node', format: 'esm', write: false });
  const [{ text }] = outputFiles;
  const { scriptAt } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  return scriptAt;
}
