// Runs a program of the bench that is written in TypeScript, which Node 20 does not read by itself.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Bundles a file beside this one and runs it in this process. */
export async function runTypescript(name) {
  const program = await load(name);
  await program.main(process.argv.slice(2));
}

async function load(name) {
  const directory = mkdtempSync(join(tmpdir(), 'tmux-persist-bench-'));
  const outfile = join(directory, 'program.mjs');
  const project = fileURLToPath(new URL('..', import.meta.url));
  try {
    await build({
      entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      logLevel: 'warning',
      // The bundle lies elsewhere than its source.
      define: { 'import.meta.dirname': JSON.stringify(join(project, 'bench')) },
      banner: {
        js: "import { createRequire as benchRequire } from 'node:module'; const require = benchRequire(import.meta.url);",
      },
    });
    // What a program needs later must be in the bundle: the file is gone once it was read.
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
