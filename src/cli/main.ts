import { excerptText } from '../render/text/excerpt.ts';
import { errorDocument, jsonLine, jsonText } from '../render/text/json-text.ts';
import { printable } from '../render/text/printable.ts';
import { errorEvent } from '../render/plan/progress.ts';
import { isReadError, isSystemError, systemErrorText } from '../system/errors.ts';
import { exitCodes, Refusal } from './exit-codes.ts';
import { helpText } from './help.ts';
import type { Invocation, Terminal } from './invocation.ts';
import { isJournal, sayOnStderr } from './output.ts';
import type { PagedOutput } from './pager.ts';
import { type Arguments, parseArguments } from './parse-arguments.ts';
import { version } from './version.ts';
import { watchSignals } from './watch-signals.ts';

/** Runs one command line and returns its exit status. Only this function turns errors into messages. */
export async function main(host: NodeJS.Process): Promise<number> {
  const streams = streamsOf(host);
  const complain = (text: string): void => sayOnStderr(streams, 'error', text);
  const interruption = watchSignals(host);
  host.stdout.on('error', onBrokenOutput(host));
  host.stderr.on('error', onBrokenComplaint);
  try {
    const { command, args } = parseArguments(host.argv.slice(2));
    if (args.has('version')) return print(host, `tmux-persist ${version}\n`);
    if (args.has('help')) return print(host, helpText(command));
    if (command === null) {
      host.stderr.write(helpText(null));
      return exitCodes.refused;
    }
    const { run } = await command.load();
    const paged = command.isPaged ? await pagedOutputOf(host, args, streams) : null;
    const told = paged === null ? streams : { ...streams, writeOut: paged.write };
    try {
      const invocation = invocationOf(host, args, told, interruption.signal);
      const exitCode = await run(args.has('login') ? await byLogin(invocation) : invocation);
      return interruption.exitCode() ?? exitCode;
    } finally {
      paged?.show();
    }
  } catch (error) {
    const { exitStatus, problems } = failureOf(error, interruption.exitCode());
    for (const problem of problems) {
      complain(problem);
      const excerpt = error instanceof Refusal ? error.excerpts.get(problem) : undefined;
      if (excerpt !== undefined && !streams.journalError) host.stderr.write(excerptText(excerpt));
    }
    const unknown = error instanceof Refusal ? error.unknown : null;
    if (error instanceof Refusal && error.hint !== null) complain(error.hint);
    if (exitStatus === exitCodes.failed && error instanceof Error && isBug(error)) host.stderr.write(stackOf(error));
    if (host.argv.includes('--json=lines')) streams.writeOut(jsonLine(errorEvent(exitStatus, problems, unknown)));
    if (host.argv.includes('--json')) streams.writeOut(jsonText(errorDocument(exitStatus, problems, unknown)));
    return exitStatus;
  } finally {
    interruption.stop();
  }
}

/** Loaded late, because only web terminals know logins. */
async function byLogin(invocation: Invocation): Promise<Invocation> {
  const { withUserOfLogin } = await import('./login-argument.ts');
  return withUserOfLogin(invocation);
}

interface Failure {
  readonly exitStatus: number;
  readonly problems: readonly string[];
}

function failureOf(error: unknown, interrupted: number | null): Failure {
  if (interrupted !== null) {
    return {
      exitStatus: interrupted,
      problems: [interrupted === exitCodes.interrupted ? 'interrupted' : 'terminated'],
    };
  }
  if (error instanceof Refusal) return { exitStatus: exitCodes.refused, problems: error.problems };
  const problems = [error instanceof Error ? messageOf(error) : String(error)];
  // Commands that act report unreadable state as one user's outcome. This error arrives only when nothing was done.
  return { exitStatus: isReadError(error) ? exitCodes.refused : exitCodes.failed, problems };
}

function print(host: NodeJS.Process, text: string): number {
  host.stdout.write(text);
  return exitCodes.done;
}

/** Loaded late, because what starts programs takes a while to load. */
async function pagedOutputOf(
  host: NodeJS.Process,
  args: Arguments,
  { writeOut }: Streams,
): Promise<PagedOutput | null> {
  const { pagedOutput, pagerOf } = await import('./pager.ts');
  const uid = host.getuid?.() ?? 0;
  const pager = pagerOf({ args, env: host.env, uid, isOutShown: host.stdout.isTTY });
  return pager === null ? null : pagedOutput(pager, host.stdout, writeOut);
}

function invocationOf(host: NodeJS.Process, args: Arguments, streams: Streams, signal: AbortSignal): Invocation {
  return {
    args,
    env: host.env,
    uid: host.getuid?.() ?? 0,
    terminal: terminalOf(host, args, streams),
    signal,
    now: () => new Date(),
  };
}

type Streams = Pick<Terminal, 'writeOut' | 'writeError' | 'journalOut' | 'journalError'>;

function streamsOf(host: NodeJS.Process): Streams {
  return {
    writeOut: (text) => void host.stdout.write(text),
    writeError: (text) => void host.stderr.write(text),
    journalOut: isJournal(host.env, 1),
    journalError: isJournal(host.env, 2),
  };
}

function terminalOf(host: NodeJS.Process, args: Arguments, streams: Streams): Terminal {
  const plain = args.has('no-color') || (host.env['NO_COLOR'] ?? '') !== '' || host.env['TERM'] === 'dumb';
  return {
    ...streams,
    isOutShown: host.stdout.isTTY,
    colorOut: host.stdout.isTTY && !plain,
    drawsProgress: host.stdout.isTTY && host.stderr.isTTY && !args.has('quiet') && host.env['TERM'] !== 'dumb',
    utcOffsetMinutes: (instantMs) => -new Date(instantMs).getTimezoneOffset(),
  };
}

/** Errors from outside have a clear message. Any other error is a bug, and its report needs the stack. */
function messageOf(error: Error): string {
  if (isSystemError(error)) return `a system call failed: ${error.message}`;
  return isBug(error) ? `internal error: ${error.name}: ${error.message}` : error.message;
}

function isBug(error: Error): boolean {
  if (isSystemError(error)) return false;
  return error.name === 'Error' || error instanceof TypeError || error instanceof RangeError;
}

function stackOf({ stack = '' }: Error): string {
  const calls = stack.split('\n').filter((line) => /^ +at /.test(line));
  return calls.map((line) => `${printable(line)}\n`).join('');
}

/**
 * `tmux-persist plan | head` closes the pipe early, which is no failure of this program; a full disk is one. When
 * nobody could read the output, at the start or later, completed work stays done.
 */
function onBrokenOutput(host: NodeJS.Process): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code === 'EPIPE') return;
    host.stderr.write(`tmux-persist: the result could not be written: ${systemErrorText(error)}\n`);
    // EBADF: not open for writing. EIO: the terminal has hung up.
    if (error.code === 'EBADF' || error.code === 'EIO') return;
    host.exit(exitCodes.failed);
  };
}

/** stderr is broken, so no message is possible. The work continues, and the exit status tells the result. */
function onBrokenComplaint(): void {
  // Without a listener, Node would end the program.
}
