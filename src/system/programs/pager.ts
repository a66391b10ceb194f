import { spawnSync } from 'node:child_process';

/**
 * Shows a text in a pager, which has this program's terminal, and waits until its reader leaves it: a person, so
 * without a time limit. A pager that ends before it has read everything is no error. False when it could not be
 * started.
 */
export function showInPager(text: string, command: string, env: Readonly<Record<string, string | undefined>>): boolean {
  const [program = '', ...args] = argvOf(command);
  // While this call waits, the signals of the terminal (Ctrl-C) reach the pager, and this program only afterwards.
  const { status, error } = spawnSync(program, args, { input: text, stdio: ['pipe', 'inherit', 'inherit'], env });
  const isMissing = error !== undefined && 'code' in error && error.code !== 'EPIPE';
  return !isMissing && status !== notFound && status !== notExecutable;
}

// The statuses of a shell that could not run a program (POSIX).
const notExecutable = 126;
const notFound = 127;

/** As git does: a shell reads the command only when it has more than plain words. It is the invoker's own. */
function argvOf(command: string): readonly string[] {
  return /^[\w./+-]+(?: +[\w./+=,:@%-]+)*$/.test(command.trim())
    ? command.trim().split(/ +/)
    : ['/bin/sh', '-c', command];
}
