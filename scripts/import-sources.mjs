// Lets a script use functions of src/, which is TypeScript.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** What a module exports whose text is given, and which imports from the directory of the repository. */
export async function importSources(contents, plugins = []) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    plugins,
  });
  const directory = mkdtempSync(join(tmpdir(), 'tmux-persist-sources-'));
  try {
    const place = join(directory, 'sources.mjs');
    writeFileSync(place, outputFiles[0].text);
    return await import(pathToFileURL(place).href);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
