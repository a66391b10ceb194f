// A release with a Node of its own, for any Linux with glibc: it runs from where it is unpacked, and installs from there.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { copyTree, placeText, settle } from './package-layout.mjs';
import { placeNode } from './package-node.mjs';

/** Builds the archive in a directory, and returns its path. It has what npm's package has, and Node. */
export function buildTar({ sources, version, seconds, level, out, node }) {
  const name = `tmux-persist-${version}-linux-${process.arch}`;
  const directory = mkdtempSync(join(tmpdir(), 'tmux-persist-tar-'));
  try {
    const release = join(directory, name);
    for (const path of filesOfNpm()) copyTree(path, join(release, path));
    placeText(join(release, 'bin/tmux-persist'), relativeLauncher(sources), 0o755);
    placeNode(node, join(release, 'runtime/node'));
    settle(release, seconds);
    mkdirSync(out, { recursive: true });
    const target = join(out, level === 'none' ? `${name}.tar` : `${name}.tar.xz`);
    const compression = level === 'none' ? [] : [`--use-compress-program=xz -T1 -${level}`];
    const owner = ['--owner=0', '--group=0', '--numeric-owner'];
    const same = ['--format=gnu', '--sort=name', `--mtime=@${seconds}`, ...owner];
    execFileSync('tar', [...same, ...compression, '-cf', target, '-C', directory, name], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return target;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function filesOfNpm() {
  const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(text)[0].files.map(({ path }) => path);
}

/** The command of an installation, but for its places: it finds them from its own, through links, too. */
function relativeLauncher({ launcherText }) {
  const lines = [
    'here=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")',
    'exec "$here/runtime/node" "$here/dist/bin.js" "$@"',
  ];
  return launcherText('', '').replace(/^exec .*$/m, () => lines.join('\n'));
}
