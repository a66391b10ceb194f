import { execFileSync } from 'node:child_process';
import { accessSync, constants, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

const repository = join(import.meta.dirname, '../..');

/** In CI a missing tool is a failure. */
export const canBuildPackages =
  process.env['CI'] !== undefined ||
  ['dpkg-deb', 'dpkg-shlibdeps', 'strip', 'objdump', 'xz', 'lintian'].every((tool) => isOnPath(tool));

export type PackageKind = 'deb' | 'deb-standalone' | 'tar';

export interface BuildOptions {
  readonly out: string;
  /** The directory of a clone; the repository when it is left out. */
  readonly sources?: string;
  readonly release?: string;
  readonly umask?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Left out, nothing is compressed, because that takes minutes for a Node. */
  readonly level?: string;
}

/** Builds a package and returns its path. */
export function buildPackage(
  kind: PackageKind,
  { out, sources = repository, release, umask = '022', env = {}, level = 'none' }: BuildOptions,
): string {
  const more = release === undefined ? [] : ['--release', release];
  const argv = ['scripts/package.mjs', kind, '--out', out, '--level', level, ...more];
  return execFileSync('sh', ['-c', `umask ${umask} && exec "$@"`, 'sh', process.execPath, ...argv], {
    cwd: sources,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}

/** A clone in another directory, with another umask, built there. Whoever makes it removes it. */
export function builtClone(umask: string): string {
  // On the file system of the packages, so that they can be links.
  const parent = join(repository, 'out');
  mkdirSync(parent, { recursive: true });
  const clone = mkdtempSync(join(parent, 'clone-'));
  try {
    for (const name of parts) cpSync(join(repository, name), join(clone, name), { recursive: true });
    execFileSync('cp', ['-al', join(repository, 'node_modules'), clone]);
    execFileSync('sh', ['-c', `umask ${umask} && exec "$0" scripts/build.mjs`, process.execPath], { cwd: clone });
    return clone;
  } catch (error) {
    rmSync(clone, { recursive: true, force: true });
    throw error;
  }
}

/** Each of them is in every package, and so are those to which they link. */
export const packagedDocuments: readonly string[] = [
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'README.md',
  'SECURITY.md',
  'ansible/README.md',
  'bench/RESULTS.md',
  'docs/install.md',
];

const parts = [
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'ansible',
  'bench',
  'docs',
  'examples',
  'man',
  'package.json',
  'packaging',
  'roster.example.yaml',
  'schemas',
  'scripts',
  'src',
  'sudo',
  'systemd',
  'tmpfiles.example.conf',
  'tmux-persist.tmux',
  'tsconfig.json',
];

function isOnPath(tool: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
