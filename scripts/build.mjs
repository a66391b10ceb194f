// Bundles into dist/: a small entry, the program with a chunk for each command, the program that reads agents' files, and
// what browsers load.
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, transform } from 'esbuild';
import { writeNotices } from './third-party-licenses.mjs';

// Built in a new directory and then moved, because a running program loads its chunks when it needs them.
const fresh = `dist.${process.pid}.new`;
const old = `dist.${process.pid}.old`;
const dialect = { platform: 'node', target: 'node20.19' };
const bundling = {
  ...dialect,
  outdir: fresh,
  bundle: true,
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
};

const inputs = [];
// Whatever fails, nothing half built stays behind.
process.on('exit', () => rmSync(fresh, { recursive: true, force: true }));
mkdirSync(fresh);
// Node starts CommonJS with less work than ES modules.
writeFileSync(join(fresh, 'package.json'), '{ "type": "commonjs" }\n');
await bundle({ entryPoints: { bin: 'src/bin.ts' }, format: 'cjs' });
await bundle({
  entryPoints: { 'read-agents': 'src/agents/read-agents.ts' },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
});
await buildInChunks({ program: 'src/program.ts' });
await buildForBrowsers(join(fresh, 'web'));
writeNotices(fresh, inputs);
copyFileSync('src/agents/pane-agent', `${fresh}/pane-agent`);
for (const script of ['bin.js', 'pane-agent']) chmodSync(`${fresh}/${script}`, 0o755);
if (existsSync('dist')) renameSync('dist', old);
renameSync(fresh, 'dist');
rmSync(old, { recursive: true, force: true });

async function bundle(options) {
  const { metafile, outputFiles } = await build({ ...bundling, ...options });
  inputs.push(...Object.keys(metafile.inputs));
  return outputFiles;
}

/** esbuild splits only ES modules, so each chunk becomes CommonJS afterwards. */
async function buildInChunks(entryPoints) {
  const outputFiles = await bundle({ entryPoints, splitting: true, format: 'esm', write: false });
  const [scripts, texts] = [[], []];
  for (const file of outputFiles) (file.path.endsWith('.js') ? scripts : texts).push(file);
  for (const { path, text } of texts) writeFileSync(path, text);
  for (const { path, text } of scripts) {
    const { code } = await transform(text, { ...dialect, format: 'cjs', supported: { 'dynamic-import': false } });
    writeFileSync(path, code);
  }
}

/** What browsers load. Each name holds a hash of the content, so that they may keep it; index.json tells the names. */
async function buildForBrowsers(directory) {
  const { metafile, outputFiles } = await build({
    entryPoints: ['src/web/client/main.ts', 'src/web/client/style.css', 'src/web/client/icon.svg'],
    outdir: directory,
    entryNames: '[name]-[hash]',
    loader: { '.svg': 'copy' },
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  inputs.push(...Object.keys(metafile.inputs));
  mkdirSync(directory);
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  const nameOf = (ending) => basename(outputFiles.find(({ path }) => path.endsWith(ending)).path);
  const names = { script: nameOf('.js'), style: nameOf('.css'), icon: nameOf('.svg') };
  writeFileSync(join(directory, 'index.json'), `${JSON.stringify(names)}\n`);
}
