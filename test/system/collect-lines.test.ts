import { describe, expect, test } from 'vitest';
import { collectLines, type LineOptions } from '../../src/system/collect-lines.ts';

const options: LineOptions = {
  input: '',
  env: { PATH: '/usr/bin:/bin' },
  lineTimeoutMs: 5_000,
  maxLineBytes: 1_000_000,
  signal: new AbortController().signal,
};

describe('a program that answers in lines', () => {
  test('is heard to its end, each of its lines having the whole of the limit', async () => {
    const script = 'for i in 1 2 3; do head -c 900000 /dev/zero | tr "\\0" $i; echo; done';
    const { lines, failure } = await collectLines(['sh', '-c', script], options);
    expect(lines.map((line) => [line.length, line[0]])).toEqual([
      [900_000, '1'],
      [900_000, '2'],
      [900_000, '3'],
    ]);
    expect(failure).toBeNull();
  });

  test('ends its lines by newlines and by nothing else', async () => {
    const line = 'a\u2028b\u2029c\rd\u0085é🦊';
    const { lines } = await collectLines(['printf', '%s\n%s\nno end', line, ''], options);
    expect(lines).toEqual([line, '']);
  });

  test('is ended within a line that does not end, and the lines before stay', async () => {
    const before = process.memoryUsage().rss;
    const { lines, failure } = await collectLines(['sh', '-c', 'echo first; cat /dev/zero'], options);
    expect({ lines, failure }).toEqual({ lines: ['first'], failure: { kind: 'too-much-output' } });
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 ** 2);
  });

  test('is ended when a line takes too long, and the lines before stay', async () => {
    const given = { ...options, lineTimeoutMs: 500 };
    expect(await collectLines(['sh', '-c', 'echo first; sleep 100'], given)).toEqual({
      lines: ['first'],
      failure: { kind: 'timeout' },
    });
  });
});
