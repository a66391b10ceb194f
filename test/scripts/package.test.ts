import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desiredUnits, ownership } from '../../src/systemd/unit-files.ts';
import { brokenLinksBelow, pagesBelow } from '../support/broken-links.ts';
import { buildPackage, builtClone, canBuildPackages, packagedDocuments } from '../support/built-packages.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

const repository = join(import.meta.dirname, '../..');
const program = 'usr/lib/tmux-persist';

describe.runIf(canBuildPackages)('packages', () => {
  let place = '';
  let deb = '';
  let tar = '';
  let tree = '';
  const at = (path: string): string => join(tree, path);
  const textOf = (path: string): string => readFileSync(at(path), 'utf8');

  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'tmux-persist-packages-'));
    const options = { out: join(place, 'out'), env: { SOURCE_DATE_EPOCH: '1790000000' } };
    // Compressed, as it is for others.
    deb = buildPackage('deb', { ...options, level: '6' });
    tar = buildPackage('tar', options);
    tree = join(place, 'tree');
    run('dpkg-deb', '--raw-extract', deb, tree);
  }, 120_000);
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  test('are the same, whoever builds them, where and when', { timeout: 240_000 }, () => {
    const sources = builtClone('077');
    try {
      const env = { SOURCE_DATE_EPOCH: '1790000000', TZ: 'Asia/Tokyo', LC_ALL: 'C', HOME: sources };
      const options = { out: join(sources, 'out'), sources, umask: '077', env };
      expect(sha256(buildPackage('deb', { ...options, level: '6' }))).toBe(sha256(deb));
      expect(sha256(buildPackage('tar', options))).toBe(sha256(tar));
    } finally {
      rmSync(sources, { recursive: true, force: true });
    }
  });

  test('have no errors by the rules of Debian', { timeout: 120_000 }, () => {
    const { status, stdout } = spawnSync('lintian', ['--fail-on', 'error', deb], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  test('have all units where packages have them, which name the program in its place', () => {
    const directory = 'usr/lib/systemd/system';
    const found = readdirSync(at(directory), { recursive: true, encoding: 'utf8' });
    expect(found.filter((name) => !lstatSync(at(join(directory, name))).isDirectory()).toSorted()).toEqual(
      desiredUnits.map(({ name }) => name).toSorted(),
    );
    for (const { name } of desiredUnits) {
      const text = textOf(join(directory, name));
      expect(ownership(text)).toBe('intact');
      expect(text).not.toMatch(/\/usr\/local\/[\w/.-]*tmux/);
      for (const [, command = ''] of text.matchAll(/^Exec\w+=-?(\/\S+tmux\S+)/gm)) {
        expect(lstatSync(at(command)).mode & 0o777).toBe(0o755);
      }
    }
  });

  test('allow by sudo what they have, in a rule that sudo takes', () => {
    const rule = 'etc/sudoers.d/tmux-persist';
    expect(lstatSync(at(rule)).mode & 0o777).toBe(0o440);
    expect(textOf('DEBIAN/conffiles')).toBe(`/${rule}\n`);
    const commands = [...textOf(rule).matchAll(/(?<= )\/usr\/[\w/-]+(?=,|\n)/g)].map(([path]) => path);
    expect(commands).toEqual([
      '/usr/bin/tmux-restore-user',
      '/usr/bin/tmux-persist-forget',
      `/${program}/bin/tmux-restore-user`,
      `/${program}/bin/tmux-persist-forget`,
    ]);
    for (const command of commands) {
      expect(lstatSync(realpathSync(at(command))).isFile()).toBe(true);
      execFileSync('dash', ['-n', at(command)]);
      expect(readFileSync(at(command), 'utf8')).not.toMatch(/\/usr\/local\/[\w/.-]*tmux/);
    }
    run('/usr/sbin/visudo', '-cf', at(rule));
  });

  test('have commands that lead to the program, and a Node of the system runs it', () => {
    for (const name of ['tmux-persist', 'tmux-persist-forget', 'tmux-restore-user']) {
      expect(realpathSync(at(join('usr/bin', name)))).toBe(realpathSync(at(join(program, 'bin', name))));
    }
    expect(textOf(`${program}/bin/tmux-persist`)).toContain(`exec '/usr/bin/node' '/${program}/dist/bin.js' "$@"\n`);
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    expect(run(process.execPath, at(`${program}/dist/bin.js`), '--version')).toBe(`tmux-persist ${version}\n`);
    expect(JSON.parse(textOf(`${program}/installed.json`))).toEqual({
      mark: 'Managed by tmux-persist',
      version,
      from: 'package',
    });
    expect(textOf('DEBIAN/control')).toContain('\nDepends: nodejs (>= 20.19), tmux (>= 3.1c), ');
  });

  test('have manual pages, completions, licenses and sums of what is in them', () => {
    for (const page of ['man1/tmux-persist.1', 'man5/tmux-persist-roster.5', 'man8/tmux-persist-web.8']) {
      const text = gunzipSync(readFileSync(at(`usr/share/man/${page}.gz`))).toString();
      expect(text).toBe(readFileSync(join(repository, 'man', page.slice(5)), 'utf8'));
    }
    const completion = run(process.execPath, join(repository, 'dist/bin.js'), 'completion', 'bash');
    expect(textOf('usr/share/bash-completion/completions/tmux-persist')).toBe(completion);
    expect(textOf('usr/share/zsh/vendor-completions/_tmux-persist')).toMatch(/^#compdef tmux-persist\n/);
    expect(textOf('usr/share/fish/vendor_completions.d/tmux-persist.fish')).toContain('complete -c tmux-persist');
    const notices = readFileSync(join(repository, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
    const names = [...notices.matchAll(/^-{80}\n\n(\S+) (\S+) \(/gm)].map(([, name, version]) => `${name} ${version}`);
    expect(names.length).toBeGreaterThan(40);
    const copyright = textOf('usr/share/doc/tmux-persist/copyright');
    for (const name of names) expect(copyright).toContain(`\nComment: ${name}\n`);
    execFileSync('md5sum', ['--check', '--quiet', 'DEBIAN/md5sums'], { cwd: tree });
    for (const script of ['preinst', 'postinst', 'prerm', 'postrm'])
      execFileSync('dash', ['-n', at(`DEBIAN/${script}`)]);
  });

  test('have the documents, in which every link leads to something of the package', () => {
    const pages = pagesBelow(tree).map((page) => relative(at('usr/share/doc/tmux-persist'), page));
    expect(pages).toEqual(expect.arrayContaining([...packagedDocuments]));
    expect(brokenLinksBelow(tree)).toEqual([]);
    const unpacked = temporaryDirectory();
    run('tar', '-xf', tar, '-C', unpacked);
    const [release = ''] = readdirSync(unpacked);
    expect(pagesBelow(unpacked).map((page) => relative(join(unpacked, release), page))).toEqual(
      expect.arrayContaining([...packagedDocuments]),
    );
    expect(brokenLinksBelow(unpacked)).toEqual([]);
  });

  test('know their own name', () => {
    const [, name = ''] = /^Package: (.*)$/m.exec(textOf('DEBIAN/control')) ?? [];
    expect(textOf(`${program}/package-name`)).toBe(`${name}\n`);
  });

  test('with a Node of their own run from where they are unpacked, through a link, too', { timeout: 120_000 }, () => {
    const directory = temporaryDirectory();
    run('tar', '-xf', tar, '-C', directory);
    const [release = ''] = readdirSync(directory);
    execFileSync('ln', [
      '-s',
      join('..', release, 'bin/tmux-persist'),
      join(mkdirIn(directory, 'bin'), 'tmux-persist'),
    ]);
    const env = { PATH: '/usr/bin:/bin', HOME: directory };
    const command = join(directory, 'bin/tmux-persist');
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    expect(execFileSync(command, ['--version'], { env, encoding: 'utf8' })).toBe(`tmux-persist ${version}\n`);
    expect(readFileSync(join(directory, release, 'runtime/LICENSE'), 'utf8')).toMatch(/^Node\.js is licensed/);
    for (const part of [
      'docs/install.md',
      'sudo/tmux-restore-user',
      'systemd/user',
      'roster.example.yaml',
      'LICENSE',
    ]) {
      expect(lstatSync(join(directory, release, part)).mode & 0o444).toBe(0o444);
    }
  });

  test('take no Node that needs more than any host has, and none without its license', () => {
    const directory = temporaryDirectory();
    copyFileSync('/bin/true', join(directory, 'node'));
    expect(refusalOf('/usr/bin/tmux')).toMatch(
      /^\/usr\/bin\/tmux needs libutempter[^]*run the build with a Node from nodejs\.org\n$/,
    );
    expect(refusalOf(join(directory, 'node'))).toMatch(
      /^the license of .*, which every copy of it needs, was not found in /,
    );
  });
});

function run(file: string, ...argv: readonly string[]): string {
  return execFileSync(file, argv, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Why a file cannot be the Node of a package. */
function refusalOf(path: string): string {
  const call = `import('./scripts/package-node.mjs').then(({ runtimeNode }) => runtimeNode(process.argv[1]))`;
  return run(process.execPath, '--eval', `${call}.catch(({ message }) => console.log(message))`, path);
}

function mkdirIn(directory: string, name: string): string {
  mkdirSync(join(directory, name));
  return join(directory, name);
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
