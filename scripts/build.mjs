// Bundles into dist/: a small entry with a chunk for each command, and the program that reads agents' files.
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

// Built aside and put in place whole: a program that is running loads its chunks when it needs them.
const fresh = `dist.${process.pid}.new`;
const old = `dist.${process.pid}.old`;
const common = {
  outdir: fresh,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  legalComments: 'linked',
  logLevel: 'warning',
};
await build({
  ...common,
  entryPoints: { bin: 'src/bin.ts', 'host-units': 'src/cli/host-units.ts' },
  splitting: true,
  format: 'esm',
  // Some bundled packages are CommonJS and still call require for Node's own modules.
  banner: {
    js: "import { createRequire as tmuxPersistRequire } from 'node:module'; const require = tmuxPersistRequire(import.meta.url);",
  },
});
// Node starts one CommonJS file with less work than several modules, and every save starts it.
await build({
  ...common,
  entryPoints: { 'read-agents': 'src/agents/read-agents.ts' },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
});
chmodSync(`${fresh}/bin.js`, 0o755);
if (existsSync('dist')) renameSync('dist', old);
renameSync(fresh, 'dist');
rmSync(old, { recursive: true, force: true });
