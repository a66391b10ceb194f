import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenLinksBelow, pagesBelow } from '../support/broken-links.ts';
import { packagedDocuments } from '../support/built-packages.ts';

const repository = join(import.meta.dirname, '../..');

test('the package of npm has what an installation needs, and nothing that a run has left', () => {
  const text = run('npm', 'pack', '--dry-run', '--json', '--ignore-scripts', '--offline');
  const [{ files }]: readonly [{ files: readonly { path: string }[] }] = JSON.parse(text);
  const paths = files.map(({ path }) => path);
  const needed = [
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'dist/THIRD-PARTY-LICENSES.txt',
    'dist/bin.js',
    'dist/pane-agent',
    'docs/install.md',
    'examples/Caddyfile',
    'man/tmux-persist.1',
    'package.json',
    'roster.example.yaml',
    'schemas/roster.schema.json',
    'scripts/install-host.mjs',
    'sudo/tmux-restore-user.sudoers',
    'systemd/tmux-persist-watch.service',
    'systemd/user/tmux-persist-watch.service',
    'tmux-persist.tmux',
  ];
  expect(needed.filter((path) => !paths.includes(path))).toEqual([]);
  expect(paths.filter((path) => /^(?:src|test|node_modules|out|packaging)\/|compile-cache/.test(path))).toEqual([]);
  const description = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  expect(description).toMatchObject({ publishConfig: { access: 'public', provenance: true }, license: 'MIT' });
  expect(description.dependencies).toBeUndefined();
});

describe('the package of npm', () => {
  let directory = '';
  let packed = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tmux-persist-npm-'));
    const [name = ''] = run('npm', 'pack', '--ignore-scripts', '--offline', '--pack-destination', directory)
      .trim()
      .split('\n')
      .slice(-1);
    packed = join(directory, name);
  }, 60_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('has the documents, in which every link leads to something of it', () => {
    run('tar', '-xf', packed, '-C', directory);
    const release = join(directory, 'package');
    expect(pagesBelow(release).map((page) => relative(release, page))).toEqual(
      expect.arrayContaining([...packagedDocuments]),
    );
    expect(brokenLinksBelow(release)).toEqual([]);
  });

  test.runIf(spawnSync('man', ['--version']).status === 0)(
    'brings every manual page to where man looks, when it is installed for the host',
    { timeout: 60_000 },
    () => {
      const prefix = join(directory, 'prefix');
      run('npm', 'install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', prefix, packed);
      const env = { HOME: directory, PATH: `${prefix}/bin:/usr/bin:/bin` };
      for (const page of readdirSync(join(repository, 'man'))) {
        const [, name = '', number = ''] = /^(.*)\.(\d)$/.exec(page) ?? [];
        const found = execFileSync('man', ['--where', number, name], { env, encoding: 'utf8' }).trim();
        expect(realpathSync(found)).toBe(realpathSync(join(prefix, 'lib/node_modules/tmux-persist/man', page)));
      }
    },
  );
});

function run(file: string, ...argv: readonly string[]): string {
  return execFileSync(file, argv, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
