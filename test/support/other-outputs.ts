import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary, type Environment, type PersistResult, type Sandbox } from './persist-sandbox.ts';

/** Runs the program with a terminal as its stdout and stderr, which util-linux's `script` lends; both come as stdout. */
export function onTerminal(box: Sandbox, args: readonly string[], env: Environment = {}): PersistResult {
  const command = [process.execPath, binary, ...args].map((word) => `'${word}'`).join(' ');
  return run(['script', '--quiet', '--return', '--command', command, '/dev/null'], {
    ...box.env,
    TERM: 'xterm',
    ...env,
  });
}

/** Runs the program into a pipe that nobody reads. */
export function intoClosedPipe(box: Sandbox, args: readonly string[]): PersistResult {
  const script = '"$@" | true; exit ${PIPESTATUS[0]}';
  return run(['bash', '-c', script, 'bash', process.execPath, binary, ...args], box.env);
}

/** Runs the program with a full disk behind one of its outputs, as /dev/full is one. */
export function intoFullDisk(box: Sandbox, output: 'stdout' | 'stderr', args: readonly string[]): PersistResult {
  const script = `"$@" ${output === 'stdout' ? '>' : '2>'}/dev/full`;
  return run(['bash', '-c', script, 'bash', process.execPath, binary, ...args], box.env);
}

/** Runs the program with its standard streams as a shell sets them up, such as `>&-`. */
export function withRedirections(box: Sandbox, redirections: string, args: readonly string[]): PersistResult {
  return run(['bash', '-c', `"$@" ${redirections}`, 'bash', process.execPath, binary, ...args], box.env);
}

function run([file, ...args]: readonly [string, ...string[]], env: Environment): PersistResult {
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd: '/',
    env: { ...env },
    encoding: 'utf8',
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  if (error !== undefined) throw error;
  return { exitCode: status, stdout, stderr };
}

/** Runs the program with a file as its stdout and stderr that it is told to be the journal, as systemd tells its services. */
export function intoJournal(box: Sandbox, args: readonly string[], env: Environment = {}): PersistResult {
  const path = join(box.home, 'journal');
  const descriptor = openSync(path, 'w');
  try {
    const { dev, ino } = fstatSync(descriptor);
    const { status, error } = spawnSync(process.execPath, [binary, ...args], {
      cwd: '/',
      env: { ...box.env, JOURNAL_STREAM: `${dev}:${ino}`, ...env },
      stdio: ['ignore', descriptor, descriptor],
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });
    if (error !== undefined) throw error;
    return { exitCode: status, stdout: readFileSync(path, 'utf8'), stderr: '' };
  } finally {
    closeSync(descriptor);
  }
}
