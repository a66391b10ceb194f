// Bundles src/bin.ts into dist/: one small entry, and a chunk for each command that is loaded only when it is used.
import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/bin.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  legalComments: 'linked',
  logLevel: 'warning',
  // Some bundled packages are CommonJS and still call require for Node's own modules.
  banner: {
    js: "import { createRequire as tmuxPersistRequire } from 'node:module'; const require = tmuxPersistRequire(import.meta.url);",
  },
});
chmodSync('dist/bin.js', 0o755);
