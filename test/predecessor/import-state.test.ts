import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importManifest, parseTsv } from '../../src/predecessor/import-state.ts';
import { formatTsv, toPredecessorRows } from '../../src/predecessor/view.ts';
import { claude, conversationIds, sampleAccount } from '../state/sample-manifest.ts';

const [id] = conversationIds;
const host = {
  hostname: 'devvm',
  bootId: 'boot-1',
  initStartTime: '600000',
  initStartedAtMs: Date.parse('2026-11-20T09:40:00Z'),
  bootTimeMs: Date.parse('2026-11-20T08:00:00Z'),
};

describe("the predecessor's file", () => {
  test('is three columns a line, with or without a last newline', () => {
    expect(parseTsv(`a\t/home/emo\t${id}\nb c\t/x  y\t`)).toEqual({
      rows: [
        { name: 'a', cwd: '/home/emo', id },
        { name: 'b c', cwd: '/x  y', id: '' },
      ],
      problems: [],
    });
    expect(parseTsv('')).toEqual({ rows: [], problems: [] });
  });

  test('keeps names that look like numbers apart', () => {
    const { rows } = parseTsv(['7', '007', '1e2', '100', '7.0'].map((name) => `${name}\t/\t\n`).join(''));
    expect(rows.map(({ name }) => name)).toEqual(['7', '007', '1e2', '100', '7.0']);
  });

  test.each([
    ['a', 'line 1: expected three columns (name, directory, conversation id), found 1'],
    ['a\t/b', 'line 1: expected three columns (name, directory, conversation id), found 2'],
    ['a\t/b\tc\td', 'line 1: expected three columns (name, directory, conversation id), found 4'],
    ['\t/b\t', 'line 1: the session name is empty'],
    ['a\t/b\t\na\t/c\t', 'line 2: session "a" is listed twice; the first one is kept'],
    ['a\t/b\t3f36c85e', 'line 1: "3f36c85e" is not a conversation id; it is left out'],
    [`a\t/b\t${id}\r`, `line 1: "${id}\\r" is not a conversation id; it is left out`],
    [
      'x\t/\t\nname_1234_/home/x',
      'line 2: "name_1234_/home/x" is a name, a process id and a directory run together: the predecessor saved it without a UTF-8 locale, where tmux prints tabs as "_"',
    ],
  ])('%j has the problem: %s', (text, problem) => {
    expect(parseTsv(text).problems).toEqual([problem]);
  });

  test('saved without a UTF-8 locale is told apart from a session that is only called alike', () => {
    expect(parseTsv('name_1234_/home/x\t\t').rows).toEqual([]);
    expect(parseTsv('name_1234_/home/x\t/home/x\t').rows).toHaveLength(1);
    expect(parseTsv('name_1234\t\t').rows).toHaveLength(1);
  });

  test('never makes the parser throw, and each line is a row, a problem or both', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', '_', '1', '/', '\t', '\n', '\r', '\0', 'é') })),
        (parts) => {
          const text = parts.join('\t');
          const { rows, problems } = parseTsv(text);
          const lines = text.split('\n').filter((line) => line !== '');
          expect(rows.length + problems.length).toBeGreaterThanOrEqual(lines.length);
          expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
        },
      ),
    );
  });
});

describe('the imported manifest', () => {
  const rows = [
    { name: 'a', cwd: '/home/emo/code', id },
    { name: 'b', cwd: '~', id: 'not-a-uuid' },
  ];
  const account = { ...sampleAccount, uid: 1001 };

  test('holds what the file says as live, one pane each, and claims nothing more', () => {
    const writtenAtMs = Date.parse('2026-11-20T13:00:00Z');
    const manifest = importManifest({ rows, account, host, writtenAtMs });
    expect(manifest).toMatchObject({
      user: 'emo',
      uid: 1001,
      host: 'devvm',
      takenAt: '2026-11-20T13:00:00.000Z',
      bootId: 'boot-1',
      initStartTime: '600000',
      server: null,
    });
    const [first, second] = manifest.sessions;
    expect(first).toMatchObject({
      name: 'a',
      state: 'live',
      tmuxId: null,
      createdAt: null,
      lastSeenAt: '2026-11-20T13:00:00.000Z',
      path: '/home/emo/code',
    });
    expect(first?.windows).toMatchObject([{ layout: null, panes: [{ tmuxId: null, conversation: claude(id) }] }]);
    expect(second).toMatchObject({
      path: '/home/emo',
      windows: [{ panes: [{ cwd: '/home/emo', conversation: null }] }],
    });
  });

  test('knows its boot only when it was written in this one, which for a container began with its PID 1', () => {
    const at = (writtenAtMs: number) => {
      const { bootId, initStartTime } = importManifest({ rows, account, host, writtenAtMs });
      return [bootId, initStartTime];
    };
    expect(at(host.initStartedAtMs + 1)).toEqual(['boot-1', '600000']);
    expect(at(host.initStartedAtMs)).toEqual([null, null]);
    expect(at(host.bootTimeMs + 1)).toEqual([null, null]);
    expect(at(host.bootTimeMs - 86_400_000)).toEqual([null, null]);
  });

  test('gives the predecessor its own file back', () => {
    const text = `a\t/home/emo/code\t${id}\nb\t/srv\t\n`;
    const manifest = importManifest({ rows: parseTsv(text).rows, account, host, writtenAtMs: 0 });
    expect(formatTsv(toPredecessorRows(manifest))).toBe(text);
  });
});
