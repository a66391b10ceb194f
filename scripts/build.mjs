// Bundles into dist/: a small entry, the program with a chunk for each command, and the program that reads agents' files.
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, transform } from 'esbuild';
import { compileForLater } from './compile-for-later.mjs';

// Built aside and put in place whole: a program that is running loads its chunks when it needs them.
const fresh = `dist.${process.pid}.new`;
const old = `dist.${process.pid}.old`;
const dialect = {
  platform: 'node',
  target: 'node20.19',
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
};
const bundling = { ...dialect, outdir: fresh, bundle: true, legalComments: 'linked', logLevel: 'warning' };

mkdirSync(fresh);
// Node starts CommonJS with less work than ES modules, and before 22.8 it is all that can be loaded from compiled code.
writeFileSync(join(fresh, 'package.json'), '{ "type": "commonjs" }\n');
await build({ ...bundling, entryPoints: { bin: 'src/bin.ts' }, format: 'cjs' });
await build({
  ...bundling,
  entryPoints: { 'read-agents': 'src/agents/read-agents.ts' },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
});
compileForLater(await buildInChunks({ program: 'src/program.ts', 'host-units': 'src/cli/host-units.ts' }));
chmodSync(`${fresh}/bin.js`, 0o755);
if (existsSync('dist')) renameSync('dist', old);
renameSync(fresh, 'dist');
rmSync(old, { recursive: true, force: true });

/** Returns the paths of the scripts. esbuild splits only ES modules: each chunk is made CommonJS afterwards. */
async function buildInChunks(entryPoints) {
  // Without `define`, which would name what is not yet there.
  const { define: _, ...split } = bundling;
  const { outputFiles } = await build({ ...split, entryPoints, splitting: true, format: 'esm', write: false });
  const scripts = outputFiles.filter(({ path }) => path.endsWith('.js'));
  for (const { path, text } of outputFiles) {
    const isScript = path.endsWith('.js');
    const words = { ...dialect, format: 'cjs', supported: { 'dynamic-import': false } };
    writeFileSync(join(fresh, basename(path)), isScript ? (await transform(text, words)).code : text);
  }
  return scripts.map(({ path }) => join(fresh, basename(path)));
}
