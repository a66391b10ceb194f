import * as fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionEntry } from '../../src/core/manifest.ts';
import { formatTsv, toPredecessorRows } from '../../src/predecessor/view.ts';
import { writePredecessorView } from '../../src/state/predecessor-view-file.ts';
import { predecessorViewPath } from '../../src/state/state-paths.ts';
import {
  claude,
  conversationIds,
  sampleAccount,
  sampleGone,
  sampleLive,
  sampleManifest,
  sampleWindows,
} from '../state/sample-manifest.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

const now = new Date('2026-11-20T13:59:51.204Z');

const [idA, idB] = conversationIds;
const code = '/home/emo/code';

describe('what the predecessor would restore', () => {
  test('is what is live, and what is gone without having been closed', () => {
    const gone = (['reboot', 'server-died', 'killed', 'server-stopped', 'closed', 'forgotten'] as const).map((cause) =>
      sampleGone({ name: cause, cause }),
    );
    expect(rowsOf(...gone, sampleLive({ name: 'alive' })).map(([name]) => name)).toEqual([
      'alive',
      'killed',
      'reboot',
      'server-died',
      'server-stopped',
    ]);
  });

  test('is in the bytewise order of the names', () => {
    const names = ['b', 'a', 'B', '10', '9', 'é', '\u{1F30A}', '\uFF5E'];
    expect(rowsOf(...names.map((name) => sampleLive({ name }))).map(([name]) => name)).toEqual([
      '10',
      '9',
      'B',
      'a',
      'b',
      'é',
      '\uFF5E',
      '\u{1F30A}',
    ]);
  });

  test('has the directory and the conversation of the pane that speaks', () => {
    const plain = sampleLive({ name: 'plain' });
    const shown = sampleLive({ name: 'shown', windows: sampleWindows({ cwd: '/a', conversation: claude(idA) }, {}) });
    const beside = sampleLive({ name: 'beside', windows: sampleWindows({}, { cwd: '/b', conversation: claude(idB) }) });
    const empty = sampleLive({ name: 'empty', path: '/p', windows: [] });
    expect(rowsOf(plain, shown, beside, empty)).toEqual([
      ['beside', '/b', idB],
      ['empty', '/p', ''],
      ['plain', code, ''],
      ['shown', '/a', idA],
    ]);
  });

  test('starts a conversation again that was killed, but not one that was ended', () => {
    const at = '2026-11-20T14:02:00.000Z';
    const ended = sampleWindows({ conversation: claude(idA, { at, killed: false }) });
    const killed = sampleWindows({ conversation: claude(idB, { at, killed: true }) });
    expect(rowsOf(sampleLive({ name: 'e', windows: ended }), sampleLive({ name: 'k', windows: killed }))).toEqual([
      ['e', code, ''],
      ['k', code, idB],
    ]);
  });

  test('knows no other agent, and no id that is not one: the predecessor pastes it into a shell command', () => {
    const codex = sampleWindows({ conversation: { agent: 'codex', id: idA, ended: null } });
    const hostile = sampleWindows({ conversation: claude('x; touch /tmp/y') });
    expect(rowsOf(sampleLive({ name: 'c', windows: codex }), sampleLive({ name: 'h', windows: hostile }))).toEqual([
      ['c', code, ''],
      ['h', code, ''],
    ]);
  });

  test('of one name is the entry with a conversation, then the live one, then the one seen last', () => {
    const withA = sampleGone({ name: 'a', windows: sampleWindows({ conversation: claude(idA) }) });
    expect(rowsOf(sampleLive({ name: 'a' }), withA)).toEqual([['a', code, idA]]);
    const liveB = sampleLive({ name: 'a', windows: sampleWindows({ conversation: claude(idB) }) });
    expect(rowsOf(withA, liveB)).toEqual([['a', code, idB]]);
    const early = sampleGone({
      name: 'a',
      lastSeenAt: '2026-11-19T00:00:00.000Z',
      windows: sampleWindows({ cwd: '/e' }),
    });
    const late = sampleGone({
      name: 'a',
      lastSeenAt: '2026-11-20T00:00:00.000Z',
      windows: sampleWindows({ cwd: '/l' }),
    });
    expect(rowsOf(early, late)).toEqual([['a', '/l', '']]);
  });

  test('never opens one conversation twice', () => {
    const windows = sampleWindows({ conversation: claude(idA) });
    expect(rowsOf(sampleGone({ name: 'old', windows }), sampleLive({ name: 'new', windows }))).toEqual([
      ['new', code, idA],
    ]);
    expect(rowsOf(sampleLive({ name: 'one', windows }), sampleLive({ name: 'two', windows }))).toEqual([
      ['one', code, idA],
      ['two', code, ''],
    ]);
  });

  test('leaves out what three columns cannot hold, and sends a directory that they cannot hold to the home', () => {
    expect(
      rowsOf(
        sampleLive({ name: 'tab\tname' }),
        sampleLive({ name: 'line\nname' }),
        sampleLive({ name: 'id', windows: sampleWindows({ conversation: claude('a\tb') }) }),
        sampleLive({ name: 'cwd', windows: sampleWindows({ cwd: '/a\tb' }) }),
        sampleLive({ name: 'cwd2', windows: sampleWindows({ cwd: '' }) }),
      ),
    ).toEqual([
      ['cwd', '~', ''],
      ['cwd2', '~', ''],
    ]);
  });
});

describe('the file', () => {
  test('is read by the predecessor as it was meant, whatever the names and directories are', () => {
    const odd = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
      fc.constantFrom(
        ' a ',
        'a  b',
        '\\n',
        '-n',
        '$(x)',
        '#{host}',
        '"',
        "'",
        '\r',
        '7',
        '007',
        '*',
        '\t',
        '\n',
        '\x1f',
      ),
    );
    const sessions = fc.array(fc.tuple(odd, odd, fc.constantFrom('', idA, idB)), { maxLength: 12 });
    fc.assert(
      fc.property(sessions, (drawn) => {
        const entries = drawn.map(([name, cwd, id]) =>
          sampleLive({ name, windows: sampleWindows({ cwd, conversation: id === '' ? null : claude(id) }) }),
        );
        const rows = toPredecessorRows(sampleManifest(entries));
        expect(readAsPredecessor(formatTsv(rows))).toEqual(rows.map(({ name, cwd, id }) => [name, cwd, id]));
        const names = new Set(drawn.map(([name]) => name).filter((name) => !/[\t\n]/.test(name)));
        expect(new Set(rows.map(({ name }) => name))).toEqual(names);
      }),
      { numRuns: 60 },
    );
  });

  test('is readable by its owner only, and stays the same file while nothing changes', () => {
    const stateDir = temporaryDirectory();
    const path = predecessorViewPath(stateDir, 'emo');
    writePredecessorView(stateDir, sampleAccount, sampleManifest(), now);
    expect(readFileSync(path, 'utf8')).toBe(`notes\t${code}\t\n`);
    const { mode, ino } = statSync(path);
    expect(mode & 0o7777).toBe(0o600);
    writePredecessorView(stateDir, sampleAccount, sampleManifest(), now);
    expect(statSync(path).ino).toBe(ino);
    writePredecessorView(stateDir, sampleAccount, sampleManifest([sampleLive({ name: 'other' })]), now);
    expect(readFileSync(path, 'utf8')).toBe(`other\t${code}\t\n`);
    expect(readdirSync(stateDir).toSorted()).toEqual(['emo.tsv', 'users']);
  });

  test('that could not be wholly imported is kept beside the new one, the first time', () => {
    const stateDir = temporaryDirectory();
    const path = predecessorViewPath(stateDir, 'emo');
    writeFileSync(path, 'notes_1234_/home/emo\t\t\n');
    writePredecessorView(stateDir, sampleAccount, sampleManifest(), now);
    writeFileSync(path, 'only one column\n');
    writePredecessorView(stateDir, sampleAccount, sampleManifest(), now);
    expect(readFileSync(path, 'utf8')).toBe(`notes\t${code}\t\n`);
    expect(readFileSync(`${path}.kept`, 'utf8')).toBe('notes_1234_/home/emo\t\t\n');
  });
});

function rowsOf(...entries: readonly SessionEntry[]): readonly (readonly string[])[] {
  return toPredecessorRows(sampleManifest(entries)).map(({ name, cwd, id }) => [name, cwd, id]);
}

/** The predecessor's reading rule: bash's `read -r` with a tab as the only separator. The rows are printed NUL-separated. */
function readAsPredecessor(text: string): readonly (readonly string[])[] {
  const path = join(temporaryDirectory(), 'emo.tsv');
  writeFileSync(path, text);
  const script = 'while IFS=$\'\\t\' read -r a b c; do printf "%s\\0%s\\0%s\\0" "$a" "$b" "$c"; done < "$1"';
  const { status, stdout } = spawnSync('bash', ['-c', script, 'bash', path], {
    encoding: 'utf8',
    env: { LC_ALL: 'C.UTF-8' },
    timeout: 10_000,
  });
  if (status !== 0) throw new Error('bash did not read the file');
  const fields = stdout.split('\0').slice(0, -1);
  return Array.from({ length: fields.length / 3 }, (_, index) => fields.slice(index * 3, index * 3 + 3));
}
