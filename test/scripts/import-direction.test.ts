import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../system/temporary-directory.ts';

const repository = join(import.meta.dirname, '../..');

test.each([
  ['core/a.ts', '../system/exec.ts', 'core imports only itself'],
  ['core/a.ts', 'node:fs', 'core imports only itself'],
  ['agents/claude/a.ts', '../../tmux/listing.ts', 'an adapter imports core and system'],
  ['agents/claude/a.ts', '../../reconcile/context.ts', 'an adapter imports core and system'],
  ['system/deep/er/a.ts', '../../../cli/main.ts', 'system knows nothing of the domain'],
  ['system/a.ts', 'node:child_process', 'a process is started by exec.ts'],
  ['tmux/a.ts', 'execa', 'an adapter imports core and system'],
  ['reconcile/deep/a.ts', '../../cli/main.ts', 'reconcile imports adapters'],
  ['reconcile/a.ts', 'node:child_process', 'reconcile imports adapters'],
  ['web/view/a.tsx', '../../reconcile/context.ts', "the web server knows of sessions what root's command tells it"],
  ['web/a.ts', '../state/state-paths.ts', "the web server knows of sessions what root's command tells it"],
  ['web/a.ts', '../cli/main.ts', "the web server knows of sessions what root's command tells it"],
  ['web/a.ts', 'node:child_process', "the web server knows of sessions what root's command tells it"],
  ['render/deep/a.ts', '../../reconcile/context.ts', 'render imports only core'],
])('the linter keeps %s from importing %s', (file, imported, rule) => {
  expect(complaintsAbout(file, imported)).toContain(rule);
});

test.each([
  ['agents/claude/a.ts', '../../system/or-null.ts'],
  ['agents/claude/a.ts', '../../core/manifest.ts'],
  ['reconcile/deep/a.ts', '../../tmux/listing.ts'],
  ['web/a.ts', '../render/printable.ts'],
  ['web/a.ts', '../system/exec.ts'],
  ['cli/a.ts', '../web/serve-web.ts'],
])('the linter lets %s import %s', (file, imported) => {
  expect(complaintsAbout(file, imported)).not.toContain('no-restricted-imports');
});

/** What the linter says of one file of one import, under our rules. */
function complaintsAbout(file: string, imported: string): string {
  const directory = temporaryDirectory();
  cpSync(join(repository, '.oxlintrc.json'), join(directory, '.oxlintrc.json'));
  const path = join(directory, 'src', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `import * as imported from '${imported}';\nexport const kept = imported;\n`);
  const oxlint = join(repository, 'node_modules/.bin/oxlint');
  const { stdout, stderr } = spawnSync(oxlint, ['src'], { cwd: directory, encoding: 'utf8', timeout: 20_000 });
  if (stdout === '') throw new Error(`oxlint said nothing: ${stderr}`);
  return stdout;
}
