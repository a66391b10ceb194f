import { shellQuote } from '../../core/own-command.ts';
import { mark } from '../../systemd/installation.ts';

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

/** The text of a command that runs this Node with the program, whatever PATH and environment the caller has. */
export function launcherText(node: string, program: string): string {
  return [
    '#!/bin/sh',
    mark,
    ...unsetVariables.map((names) => `unset ${names}`),
    `exec ${quoted(node)} ${quoted(program)} "$@"`,
    '',
  ].join('\n');
}

/** Always in quotes, so that `doctor` finds both paths in it. */
function quoted(path: string): string {
  const text = shellQuote(path);
  return text.startsWith("'") ? text : `'${text}'`;
}
