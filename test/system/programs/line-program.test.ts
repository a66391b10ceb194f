import { describe, expect, test } from 'vitest';
import { startLineProgram, type LineOptions, type LineProgram } from '../../../src/system/programs/line-program.ts';

const options: LineOptions = {
  env: { PATH: '/usr/bin:/bin' },
  detached: false,
  maxLineBytes: 1_000_000,
  signal: new AbortController().signal,
};

describe('a program that answers in lines', () => {
  test('is heard to its end, each of its lines having the whole of the limit', async () => {
    const program = started('for i in 1 2 3; do head -c 900000 /dev/zero | tr "\\0" $i; echo; done');
    for (const digit of ['1', '2', '3']) {
      const hearing = await program.hear(5_000);
      expect(hearing.kind === 'heard' && [hearing.line.length, hearing.line[0]]).toEqual([900_000, digit]);
    }
    expect(await program.hear(5_000)).toEqual({ kind: 'failed', words: 'ended with exit code 0' });
  });

  test('is told lines, and answers each of them, until it is told that there are no more', async () => {
    const program = started('while read -r line; do echo "<$line>"; done; echo end');
    for (const line of ['one', 'two']) {
      program.tell(line);
      expect(await program.hear(5_000)).toEqual({ kind: 'heard', line: `<${line}>` });
    }
    program.finish();
    expect(await program.hear(5_000)).toEqual({ kind: 'heard', line: 'end' });
  });

  test('ends its lines by newlines and by nothing else', async () => {
    const line = 'a\u2028b\u2029c\rd\u0085é🦊';
    const program = startLineProgram(['printf', '%s\n%s\nno end', line, ''], options);
    expect([await program.hear(5_000), await program.hear(5_000)]).toEqual([
      { kind: 'heard', line },
      { kind: 'heard', line: '' },
    ]);
    expect((await program.hear(5_000)).kind).toBe('failed');
  });

  test('is ended within a line that does not end, and the lines before stay', async () => {
    const before = process.memoryUsage().rss;
    const program = started('echo first; cat /dev/zero');
    expect(await program.hear(5_000)).toEqual({ kind: 'heard', line: 'first' });
    expect(await program.hear(5_000)).toEqual({ kind: 'too-much-output' });
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 ** 2);
  });

  test('is ended when a line takes too long, and the lines before stay', async () => {
    const program = started('echo first; sleep 100');
    expect(await program.hear(5_000)).toEqual({ kind: 'heard', line: 'first' });
    expect(await program.hear(200)).toEqual({ kind: 'timeout' });
    expect(await program.hear(200)).toEqual({ kind: 'timeout' });
  });

  test('is at work while it computes, and not while it waits', async () => {
    const computing = started('echo begun; while :; do :; done');
    const waiting = started('echo begun; sleep 100');
    for (const program of [computing, waiting]) await program.hear(5_000);
    await expect.poll(() => waiting.isAtWork()).toBe(false);
    expect([computing.isAtWork(), waiting.isAtWork()]).toEqual([true, false]);
    computing.end();
    expect(computing.isAtWork()).toBe(false);
  });

  test('is waited for no longer once it is ended', async () => {
    const program = started('sleep 100');
    const hearing = program.hear(60_000);
    program.end();
    expect(await hearing).toEqual({ kind: 'was-ended' });
  });

  test('that does not exist has failed', async () => {
    const program = startLineProgram(['/nowhere/program'], options);
    program.tell('one');
    expect(await program.hear(5_000)).toMatchObject({ kind: 'failed', words: expect.stringContaining('could not') });
  });
});

function started(script: string): LineProgram {
  return startLineProgram(['sh', '-c', script], options);
}
