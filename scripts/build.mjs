// Bundles into dist/: a small entry with a chunk for each command, and the program that reads agents' files.
import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { bin: 'src/bin.ts', 'read-agents': 'src/agents/read-agents.ts', 'host-units': 'src/cli/host-units.ts' },
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
