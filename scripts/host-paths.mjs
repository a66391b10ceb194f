// Where an installation puts what, and how it is told from the files of others.
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const mark = 'Managed by tmux-persist';

/** Written into the program's directory: it is ours, and whole. */
export const markerName = 'installed.json';

export const ownPaths = {
  program: '/usr/local/lib/tmux-persist',
  command: '/usr/local/bin/tmux-persist',
  configuration: '/etc/tmux-persist',
  exampleRoster: '/etc/tmux-persist/roster.example.yaml',
  state: '/var/lib/tmux-persist',
};

/** The command on the PATH: the Node that installed it, whatever the caller's PATH says. */
export function launcher(node) {
  return [
    '#!/bin/sh',
    `# ${mark}`,
    `exec '${node.replaceAll("'", String.raw`'\''`)}' '${join(ownPaths.program, 'dist/bin.js')}' "$@"`,
    '',
  ].join('\n');
}

export function isOurFile(path) {
  return lstatSync(path).isFile() && readFileSync(path, 'utf8').includes(`# ${mark}\n`);
}

export function isOurDirectory(path) {
  if (!lstatSync(path).isDirectory()) return false;
  try {
    return JSON.parse(readFileSync(join(path, markerName), 'utf8')).mark === mark;
  } catch {
    return false;
  }
}

export function requireRoot() {
  if (process.getuid() !== 0) stop('only root installs and uninstalls: use sudo');
}

export function stop(reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(2);
}
