import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTmuxTerminals, readTmuxTerminals, recordBytesOf } from '../../../src/system/host/utmp.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const userProcess = 7;
const deadProcess = 8;

describe('login records', () => {
  test.each([384, 400])('of %i bytes tell the terminals of every tmux server', (recordBytes) => {
    const bytes = Buffer.concat(
      [
        { type: 2, line: '~', id: '~~', user: 'reboot', host: '6.1.0-18-amd64' },
        pane(1000, 4, 0),
        { type: userProcess, pid: 700, line: 'pts/0', id: 'ts/0', user: 'emo', host: '192.0.2.7' },
        pane(2000, 5, 0),
        ended(1000, 12),
        pane(1000, 7, 3),
      ].map((facts) => recordOf(facts, recordBytes)),
    );
    expect(parseTmuxTerminals(bytes, recordBytes)).toEqual(
      new Map([
        [1000, { open: ['pts/4', 'pts/7'], closed: ['pts/12'] }],
        [2000, { open: ['pts/5'], closed: [] }],
      ]),
    );
  });

  test('are larger where the time in them is', () => {
    expect(recordBytesOf('x64')).toBe(384);
    expect(recordBytesOf('arm64')).toBe(400);
  });

  test.each([
    ['a record that another program wrote under the name of tmux', { ...pane(1000, 4, 0), pid: 999 }],
    ['a number that only begins with the server', { ...pane(1000, 4, 0), host: 'tmux(10001).%0' }],
    ['a login by another program', { ...pane(1000, 4, 0), host: 'mosh [1000]' }],
    ['a login by another program that ended and says where it came from', { ...ended(1000, 4), host: '192.0.2.7' }],
    ['an empty record', { type: 0 }],
    ['an ended record of nobody', ended(0, 4)],
  ])('count no pane for %s', (_title, facts) => {
    expect(parseTmuxTerminals(recordOf(facts, 384), 384)).toEqual(new Map());
  });

  test('whose fields are filled to their last byte do not run into each other', () => {
    const line = 'x'.repeat(32);
    const full = recordOf({ ...pane(1000, 4, 0), line, id: 'abcd', user: 'u'.repeat(32) }, 384);
    expect(parseTmuxTerminals(full, 384)).toEqual(new Map([[1000, { open: [line], closed: [] }]]));
  });

  test('that end within a record are of another layout', () => {
    const bytes = Buffer.concat([recordOf(pane(1000, 4, 0), 384), recordOf(pane(1000, 5, 1), 384).subarray(0, 383)]);
    expect(parseTmuxTerminals(bytes, 384)).toBeNull();
    expect(parseTmuxTerminals(Buffer.alloc(384), 400)).toBeNull();
  });

  test('of any bytes at all are read to the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 384, maxLength: 384 * 2 }), fc.constantFrom(7, 8), (noise, type) => {
        const bytes = Buffer.from(noise);
        bytes.writeInt16LE(type);
        const found = parseTmuxTerminals(bytes, 384);
        expect(found === null).toBe(bytes.length % 384 !== 0);
      }),
    );
  });
});

describe('the file of login records', () => {
  test('is read from its path', () => {
    const path = join(temporaryDirectory(), 'utmp');
    writeFileSync(path, recordOf(pane(1000, 4, 0), recordBytesOf(process.arch)));
    expect(readTmuxTerminals(path)).toEqual(new Map([[1000, { open: ['pts/4'], closed: [] }]]));
  });

  test('tells of no server while it is empty', () => {
    const path = join(temporaryDirectory(), 'utmp');
    writeFileSync(path, '');
    expect(readTmuxTerminals(path)).toEqual(new Map());
  });

  test('that is missing, is no file, or ends within a record is as good as none', () => {
    const directory = temporaryDirectory();
    const torn = join(directory, 'torn');
    writeFileSync(torn, 'x');
    for (const path of [join(directory, 'missing'), directory, torn]) expect(readTmuxTerminals(path)).toBeNull();
  });

  test('still tells of everybody, however many terminals one user has opened', () => {
    const recordBytes = recordBytesOf(process.arch);
    const flood = Array.from({ length: 2_750 }, (_, at) => recordOf(pane(666, at + 10, at), recordBytes));
    const path = join(temporaryDirectory(), 'utmp');
    writeFileSync(path, Buffer.concat([...flood, ...flood, recordOf(pane(1000, 4, 0), recordBytes), ...flood]));
    const terminals = readTmuxTerminals(path);
    expect(terminals?.get(1000)).toEqual({ open: ['pts/4'], closed: [] });
    expect(terminals?.get(666)?.open).toHaveLength(3 * 2_750);
  });

  test('is looked through in bounded time and memory, even where it is larger than any host makes it', () => {
    const recordBytes = recordBytesOf(process.arch);
    const path = join(temporaryDirectory(), 'utmp');
    writeFileSync(path, recordOf(pane(1000, 4, 0), recordBytes));
    truncateSync(path, recordBytes * 2_000_000);
    const before = performance.now();
    expect(readTmuxTerminals(path)).toEqual(new Map([[1000, { open: ['pts/4'], closed: [] }]]));
    expect(performance.now() - before).toBeLessThan(3_000);
  });
});

interface RecordFacts {
  readonly type: number;
  readonly pid?: number;
  readonly line?: string;
  readonly id?: string;
  readonly user?: string;
  readonly host?: string;
}

function pane(server: number, terminal: number, paneNumber: number): RecordFacts {
  const host = `tmux(${server}).%${paneNumber}`;
  return { type: userProcess, pid: server, line: `pts/${terminal}`, id: `/${terminal}`, user: 'emo', host };
}

function ended(server: number, terminal: number): RecordFacts {
  return { ...pane(server, terminal, 0), type: deadProcess, host: '' };
}

/** A record as utmp(5) lays it out, on a machine with its low byte first. */
function recordOf({ type, pid = 0, line = '', id = '', user = '', host = '' }: RecordFacts, bytes: number): Buffer {
  const record = Buffer.alloc(bytes);
  record.writeInt16LE(type, 0);
  record.writeInt32LE(pid, 4);
  record.write(line, 8, 32, 'latin1');
  record.write(id, 40, 4, 'latin1');
  record.write(user, 44, 32, 'latin1');
  record.write(host, 76, 256, 'latin1');
  return record;
}
