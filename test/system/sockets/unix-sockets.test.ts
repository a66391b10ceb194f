import * as fc from 'fast-check';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HostReadError } from '../../../src/system/errors.ts';
import { readListeningSockets } from '../../../src/system/sockets/unix-sockets.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const heading = 'Num       RefCount Protocol Flags    Type St Inode Path\n';

function row(inode: number, path: string, { flags = '00010000', pointer = '0000000000000000' } = {}): string {
  return `${pointer}: 00000002 00000000 ${flags} 0001 01 ${String(inode).padStart(5)}${path === '' ? '' : ` ${path}`}\n`;
}

function fileOf(text: string): string {
  const path = join(temporaryDirectory(), 'unix');
  writeFileSync(path, text);
  return path;
}

describe('the listening Unix sockets', () => {
  test('of this host are found by their paths', async () => {
    const path = join(temporaryDirectory(), 'socket');
    const server = createServer().listen(path);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    expect(readListeningSockets().get(path)).toEqual([expect.stringMatching(/^\d+$/)]);
  });

  test('are those that accept connections and have a file, however wide the kernel prints its pointers', () => {
    const table = [
      heading,
      row(11, '/tmp/tmux-1000/default'),
      row(12, '/tmp/tmux-1000/default', { flags: '00000000' }),
      row(13, '@abstract'),
      row(14, ''),
      row(1234567, '/tmp/tmux-1000/default', { pointer: '00000000' }),
      row(15, '/tmp/with space: é'),
      '\n:\nx',
    ].join('');
    expect(readListeningSockets(fileOf(table))).toEqual(
      new Map([
        ['/tmp/tmux-1000/default', ['11', '1234567']],
        ['/tmp/with space: é', ['15']],
      ]),
    );
  });

  test('are found among 14 MB of others, whose rows begin and end anywhere, in one pass', () => {
    const others = row(1, '/tmp/flood', { flags: '00000000' }).repeat(100_000);
    const many = Array.from({ length: 50_000 }, (_, at) => row(at, `/tmp/flood-${at}`)).join('');
    const path = fileOf(`${heading}${others}${row(7, '/tmp/wanted')}${many}`);
    const before = performance.now();
    const found = readListeningSockets(path);
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(found.get('/tmp/wanted')).toEqual(['7']);
    expect(found.size).toBe(50_001);
  });

  test('are none on a host that has no such table', () => {
    expect(readListeningSockets('/nowhere/unix')).toEqual(new Map());
  });

  test('are unknown, not absent, where the table cannot be read, or not to its end', () => {
    expect(() => readListeningSockets('/proc')).toThrow(HostReadError);
    expect(() => readListeningSockets(fileOf(heading + row(1, '/a')), 100)).toThrow('it is larger than 100 bytes');
  });

  test('are read from any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(8), (noise, at) => {
        const path = join(temporaryDirectory(), 'unix');
        const bytes = Buffer.concat([
          Buffer.from(row(1, '/a').slice(0, at * 8)),
          Buffer.from(noise),
          Buffer.from('\n'),
        ]);
        writeFileSync(path, Buffer.concat([bytes, Buffer.from(row(7, '/tmp/wanted'))]));
        expect(readListeningSockets(path).get('/tmp/wanted')).toContain('7');
      }),
      { numRuns: 50 },
    );
  });
});
