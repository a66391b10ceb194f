import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** Bundles a program of this folder, with the one that it reads agents' files by, which it expects beside it; gives its path. */
export function bundleWithReader(program: 'reconciler' | 'reconcile-parts', directory: string): string {
  const source = join(import.meta.dirname, '../../../src/agents/read-agents.ts');
  const common = { bundle: true, platform: 'node', target: 'node20' } as const;
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  const outfile = join(directory, `${program}.mjs`);
  buildSync({ ...common, entryPoints: [join(import.meta.dirname, `${program}.ts`)], outfile, format: 'esm', banner });
  buildSync({ ...common, entryPoints: [source], outfile: join(directory, 'read-agents.cjs'), format: 'cjs' });
  copyFileSync(join(import.meta.dirname, '../../../src/agents/pane-agent'), join(directory, 'pane-agent'));
  return outfile;
}
