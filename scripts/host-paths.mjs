// The places of an installation's files, and how to recognise them among the files of others.
import { chmodSync, lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const mark = 'Managed by tmux-persist';

/** In the program's directory. It proves that the directory belongs to this program and is complete. */
const markerName = 'installed.json';

export const ownPaths = {
  program: '/usr/local/lib/tmux-persist',
  /** What people type. Another installer may replace it, so that nothing of ours calls it. */
  command: '/usr/local/bin/tmux-persist',
  units: '/usr/local/lib/systemd/system',
  configuration: '/etc/tmux-persist',
  exampleRoster: '/etc/tmux-persist/roster.example.yaml',
  state: '/var/lib/tmux-persist',
};

/**
 * The commands that a service account may run as root through sudo, and their names on the PATH, which are links. sudo
 * goes by the file: another file in the place of a link is not what the rule allows.
 */
export const sudoCommands = ['tmux-restore-user', 'tmux-persist-forget'].map((name) => ({
  source: join('sudo', name),
  name: join('bin', name),
  program: join(ownPaths.program, 'bin', name),
  link: join('/usr/local/bin', name),
}));
/** The rule that allows them, and the group of such accounts. */
/** sudoers(5): sudo ignores a file with a dot in its name. */
export const rulePath = '/etc/sudoers.d/tmux-persist';
export const restoreGroup = 'tmux-restore';

/** `su` may leave root a PATH without the tools that an installation runs. */
export const rootPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Variables by which a caller's environment could make Node, OpenSSL or the C library run, read or write something.
 * They are those of Node 20 to 24, and those that ld.so(8) drops for a setuid program.
 */
const unsetVariables = [
  'NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_REPL_EXTERNAL_MODULE NODE_REPL_HISTORY NODE_ICU_DATA',
  'NODE_COMPILE_CACHE NODE_COMPILE_CACHE_PORTABLE NODE_DISABLE_COMPILE_CACHE NODE_V8_COVERAGE NODE_REDIRECT_WARNINGS',
  'NODE_DEBUG NODE_DEBUG_NATIVE NODE_PENDING_DEPRECATION NODE_PRESERVE_SYMLINKS NODE_PRESERVE_SYMLINKS_MAIN NODE_PENDING_PIPE_INSTANCES NODE_SKIP_PLATFORM_CHECK',
  'NODE_TLS_REJECT_UNAUTHORIZED NODE_USE_ENV_PROXY NODE_USE_SYSTEM_CA NODE_TEST_CONTEXT NODE_TEST_DIR NODE_NO_WARNINGS NODE_DISABLE_COLORS',
  'NODE_CHANNEL_FD NODE_CHANNEL_SERIALIZATION_MODE NODE_UNIQUE_ID UV_THREADPOOL_SIZE UV_USE_IO_URING',
  'OPENSSL_CONF OPENSSL_CONF_INCLUDE OPENSSL_ENGINES OPENSSL_MODULES SSL_CERT_DIR SSL_CERT_FILE SSLKEYLOGFILE',
  'LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT LD_BIND_NOT LD_BIND_NOW LD_DEBUG LD_DEBUG_OUTPUT LD_DYNAMIC_WEAK LD_HWCAP_MASK',
  'LD_ORIGIN_PATH LD_PREFER_MAP_32BIT_EXEC LD_PROFILE LD_PROFILE_OUTPUT LD_SHOW_AUXV LD_TRACE_LOADED_OBJECTS',
  'LD_VERBOSE LD_WARN GLIBC_TUNABLES GCONV_PATH GETCONF_DIR HOSTALIASES LOCALDOMAIN LOCPATH MALLOC_TRACE NIS_PATH',
  'NLSPATH RESOLV_HOST_CONF RES_OPTIONS TZDIR',
];

/** The command that the units call, in the program's directory, where nobody else installs anything. */
export const launcherName = 'bin/tmux-persist';

/** The text of both commands. It runs the Node that installed it, whatever PATH and environment the caller has. */
export function launcher(node) {
  return [
    '#!/bin/sh',
    `# ${mark}`,
    ...unsetVariables.map((names) => `unset ${names}`),
    `exec '${node.replaceAll("'", String.raw`'\''`)}' '${join(ownPaths.program, 'dist/bin.js')}' "$@"`,
    '',
  ].join('\n');
}

/** Whether the name is taken, even by a dangling link. */
export function isThere(path) {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

export function isOurFile(path) {
  return lstatSync(path).isFile() && readFileSync(path, 'utf8').includes(`# ${mark}\n`);
}

export function isOurDirectory(path) {
  return lstatSync(path).isDirectory() && readMarker(path)?.mark === mark;
}

/** The installation's notes about itself; null when there are none. */
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

/** Puts a complete file in place in one step. */
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
