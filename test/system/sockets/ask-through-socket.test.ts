import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { askThroughSocket } from '../../../src/system/sockets/ask-through-socket.ts';
import type { FollowEnding } from '../../../src/system/programs/follow-program.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

describe('a command behind a socket', () => {
  test('gets each word as a line, and tells its lines as they come, and its status', async () => {
    const { lines, ending, asked } = await ask(['--login', 'emo', 'open'], (socket) => {
      socket.write('{"event":"begin"}\n{"ev');
      socket.end('ent":"end"}\nexit 4\n');
    });
    expect(asked).toBe('--login\nemo\nopen\n');
    expect(lines).toEqual(['{"event":"begin"}', '{"event":"end"}']);
    expect(ending).toEqual({ kind: 'ended', exitCode: 4, stderr: '' });
  });

  test.each([
    ['without a status', (socket: Socket) => void socket.end('{}\n'), { kind: 'failed' }],
    ['with more than may be told', (socket: Socket) => void socket.end('x'.repeat(2_000)), { kind: 'too-much-output' }],
    ['never', () => {}, { kind: 'timeout' }],
  ])('that ends %s has failed', async (_, answer, expected) => {
    expect((await ask(['emo'], answer)).ending).toMatchObject(expected);
  });

  test('that nobody waits at cannot be asked', async () => {
    const path = join(temporaryDirectory(), 'nobody.sock');
    const { ending, gone } = askThroughSocket(
      path,
      ['emo'],
      limits(() => {}),
    );
    expect(await ending).toMatchObject({ kind: 'failed', words: expect.stringContaining('cannot be asked') });
    await gone;
  });
});

interface Asked {
  readonly lines: readonly string[];
  readonly ending: FollowEnding;
  /** What came to the command. */
  readonly asked: string;
}

async function ask(words: readonly string[], answer: (socket: Socket) => void): Promise<Asked> {
  const path = join(temporaryDirectory(), 'ask.sock');
  let asked = '';
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('data', (chunk) => (asked += chunk.toString('utf8')));
    socket.on('end', () => answer(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  const lines: string[] = [];
  const { ending, gone } = askThroughSocket(
    path,
    words,
    limits((line) => lines.push(line)),
  );
  const result = { lines, ending: await ending, asked };
  await gone;
  return result;
}

function limits(onLine: (line: string) => void) {
  return { timeoutMs: 500, maxBytes: 1_000, onLine };
}
