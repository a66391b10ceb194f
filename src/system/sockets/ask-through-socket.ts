import { connect } from 'node:net';
import { systemErrorText } from '../errors.ts';
import type { FollowedProgram, FollowEnding, FollowOptions } from '../programs/follow-program.ts';
import { splitLines } from '../programs/line-program.ts';
import { settleable } from '../settleable.ts';

/**
 * Asks a command that waits behind a Unix socket, and follows what it prints as `followProgram` does. Each word is sent
 * as a line. The answer is JSON, and ends with a line that is none: `exit STATUS`.
 */
export function askThroughSocket(
  path: string,
  words: readonly string[],
  { timeoutMs, maxBytes, onLine }: Pick<FollowOptions, 'timeoutMs' | 'maxBytes' | 'onLine'>,
): FollowedProgram {
  const ending = settleable<FollowEnding>();
  const gone = settleable<void>();
  const socket = connect({ path, allowHalfOpen: true });
  const giveUp = (reason: FollowEnding): void => {
    clearTimeout(timer);
    ending.resolve(reason);
    socket.destroy();
  };
  const timer = setTimeout(giveUp, timeoutMs, { kind: 'timeout' });
  const lines = splitLines();
  let outBytes = 0;
  let exitCode: number | null = null;
  socket.on('data', (chunk: Buffer) => {
    outBytes += chunk.length;
    if (outBytes > maxBytes) return giveUp({ kind: 'too-much-output' });
    for (const line of lines.add(chunk)) {
      const [, status] = /^exit (\d{1,3})$/.exec(line) ?? [];
      if (status === undefined) onLine(line);
      else exitCode = Number(status);
    }
  });
  socket.on('error', (error) => giveUp({ kind: 'failed', words: `cannot be asked: ${systemErrorText(error)}` }));
  socket.on('end', () => {
    giveUp(
      exitCode === null
        ? { kind: 'failed', words: 'ended without an exit status' }
        : { kind: 'ended', exitCode, stderr: '' },
    );
  });
  socket.on('close', () => gone.resolve());
  socket.end(words.map((word) => `${word}\n`).join(''));
  return { ending: ending.promise, gone: gone.promise };
}
