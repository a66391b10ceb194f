import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');

const forbidden = [
  ['core/a.ts', '../system/exec.ts', 'core imports only itself'],
  ['core/b.ts', 'node:fs', 'core imports only itself'],
  ['agents/claude/a.ts', '../../tmux/listing.ts', 'an adapter imports core and system'],
  ['agents/claude/b.ts', '../../reconcile/context.ts', 'an adapter imports core and system'],
  ['system/deep/er/a.ts', '../../../cli/main.ts', 'system knows nothing of the domain'],
  ['system/a.ts', 'node:child_process', 'a process is started by exec.ts'],
  ['tmux/a.ts', 'execa', 'an adapter imports core and system'],
  ['reconcile/deep/a.ts', '../../cli/main.ts', 'reconcile imports adapters'],
  ['reconcile/a.ts', 'node:child_process', 'reconcile imports adapters'],
  ['web/view/a.tsx', '../../reconcile/context.ts', "the web server knows of sessions what root's command tells it"],
  ['web/a.ts', '../state/state-paths.ts', "the web server knows of sessions what root's command tells it"],
  ['web/b.ts', '../cli/main.ts', "the web server knows of sessions what root's command tells it"],
  ['web/c.ts', 'node:child_process', "the web server knows of sessions what root's command tells it"],
  ['render/deep/a.ts', '../../reconcile/context.ts', 'render imports only core'],
] as const;

const allowed = [
  ['agents/claude/c.ts', '../../system/or-null.ts'],
  ['agents/claude/d.ts', '../../core/manifest.ts'],
  ['reconcile/deep/b.ts', '../../tmux/listing.ts'],
  ['web/d.ts', '../render/printable.ts'],
  ['web/e.ts', '../system/exec.ts'],
  ['cli/a.ts', '../web/serve-web.ts'],
] as const;

let directory = '';
let complaints: readonly Complaint[] = [];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'import-direction-'));
  cpSync(join(repository, '.oxlintrc.json'), join(directory, '.oxlintrc.json'));
  for (const [file, imported] of [...forbidden, ...allowed]) writeImport(file, imported);
  complaints = complaintsOfLinter();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.each(forbidden)('the linter keeps %s from importing %s', (file, _imported, rule) => {
  expect(complaintsAbout(file)).toContainEqual(expect.stringContaining(rule));
});

test.each(allowed)('the linter lets %s import %s', (file) => {
  expect(complaintsAbout(file)).not.toContainEqual(expect.stringContaining('no-restricted-imports'));
});

interface Complaint {
  readonly filename: string;
  readonly code: string;
  readonly message: string;
  readonly help?: string;
}

function writeImport(file: string, imported: string): void {
  const path = join(directory, 'src', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `import * as imported from '${imported}';\nexport const kept = imported;\n`);
}

/** What the linter says of all files under our rules, in one run. */
function complaintsOfLinter(): readonly Complaint[] {
  const oxlint = join(repository, 'node_modules/.bin/oxlint');
  const { stdout, stderr } = spawnSync(oxlint, ['--format=json', 'src'], {
    cwd: directory,
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (stdout === '') throw new Error(`oxlint said nothing: ${stderr}`);
  const { diagnostics, number_of_files: fileCount }: Said = JSON.parse(stdout);
  if (fileCount !== forbidden.length + allowed.length) throw new Error(`oxlint looked at ${fileCount} files`);
  return diagnostics;
}

interface Said {
  readonly diagnostics: readonly Complaint[];
  readonly number_of_files: number;
}

function complaintsAbout(file: string): readonly string[] {
  return complaints
    .filter(({ filename }) => filename === join('src', file))
    .map(({ code, message, help }) => `${code}: ${message} ${help ?? ''}`);
}
