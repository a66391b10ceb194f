// Where an installation puts what, and how it is told from the files of others.
import { chmodSync, lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const mark = 'Managed by tmux-persist';

/** Written into the program's directory: it is ours, and whole. */
const markerName = 'installed.json';

export const ownPaths = {
  program: '/usr/local/lib/tmux-persist',
  command: '/usr/local/bin/tmux-persist',
  configuration: '/etc/tmux-persist',
  exampleRoster: '/etc/tmux-persist/roster.example.yaml',
  state: '/var/lib/tmux-persist',
};

/** What a service account may run as root through sudo, the rule that says so, and the group of such accounts. */
export const restoreCommand = '/usr/local/bin/tmux-restore-user';
/** sudoers(5): a file with a dot in its name is passed over. */
export const rulePath = '/etc/sudoers.d/tmux-persist';
export const restoreGroup = 'tmux-restore';

/** The tools that an installation runs may not be on the PATH that `su` leaves to root. */
export const rootPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The command on the PATH: the Node that installed it, whatever the caller's PATH says. */
export function launcher(node) {
  return [
    '#!/bin/sh',
    `# ${mark}`,
    `exec '${node.replaceAll("'", String.raw`'\''`)}' '${join(ownPaths.program, 'dist/bin.js')}' "$@"`,
    '',
  ].join('\n');
}

/** Whether the name is taken, be it by a link that leads nowhere. */
export function isThere(path) {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

export function isOurFile(path) {
  return lstatSync(path).isFile() && readFileSync(path, 'utf8').includes(`# ${mark}\n`);
}

export function isOurDirectory(path) {
  return lstatSync(path).isDirectory() && readMarker(path)?.mark === mark;
}

/** What an installation noted about itself; null where there is none. */
export function readMarker(directory) {
  try {
    return JSON.parse(readFileSync(join(directory, markerName), 'utf8'));
  } catch {
    return null;
  }
}

export function writeMarker(directory, facts) {
  placeFile(join(directory, markerName), `${JSON.stringify({ mark, ...facts })}\n`, 0o644);
}

/** Puts a whole file in place at once. */
export function placeFile(path, text, mode) {
  const fresh = `${path}.new`;
  writeFileSync(fresh, text);
  chmodSync(fresh, mode);
  renameSync(fresh, path);
}

export function requireRoot() {
  if (process.getuid() !== 0) stop('only root installs and uninstalls: use sudo');
}

export function say(text) {
  process.stderr.write(`${text}\n`);
}

export function stop(reason) {
  say(reason);
  process.exit(2);
}
