import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { claude } from '../../../src/agents/claude/claude.ts';
import { readTranscriptFacts } from '../../../src/agents/claude/transcripts.ts';
import { boundedFiles } from '../../../src/agents/user-files.ts';
import { claudeHome, type ClaudeHome } from '../../support/claude-home.ts';
import { claudeProcess } from '../../support/claude-process.ts';

const id = 'aaaaaaaa-0000-4000-8000-000000000001';
const cwd = '/home/emo/code';
const record = { pid: 4711, sessionId: id, cwd, procStart: '123456', version: '2.1.329' };
const held = [{ id, source: 'registry', confidence: 'certain' }];

test('a record and a transcript as they should be are believed', () => {
  expect(claims(prepared())).toEqual(held);
});

describe('a record is not believed, and nothing waits, when it is', () => {
  test.each<[string, (path: string, box: ClaudeHome) => void]>([
    ['a link', replaceByLink],
    ['a pipe', replaceByPipe],
    ['a directory', replaceByDirectory],
    ['a huge sparse file', (path) => truncateSync(path, 10 * 1024 ** 3)],
    ['larger than any record', (_, box) => box.record(4711, { ...record, more: 'x'.repeat(70_000) })],
    ['deeply nested', (_, box) => box.write('.claude/sessions/4711.json', '['.repeat(60_000))],
    ['an object of other types', (_, box) => box.record(4711, { ...record, sessionId: [id], pid: {} })],
    [
      'hidden in a prototype',
      (_, box) => box.write('.claude/sessions/4711.json', `{"__proto__":${JSON.stringify(record)}}`),
    ],
    ['about another pid', (_, box) => box.record(4711, { ...record, pid: 4712 })],
  ])('%s', (_name, spoil) => {
    const box = prepared();
    spoil(`${box.config}/sessions/4711.json`, box);
    // The transcript alone may still be assigned, which is never certain.
    expect(claims(box)).not.toEqual(held);
  });

  test("another user's", () => {
    const box = prepared();
    expect(claims(box, box.files.uid + 1)).toEqual([]);
  });
});

describe('a transcript is not resumed when it is', () => {
  test.each<[string, (path: string) => void]>([
    ['a link', replaceByLink],
    ['a pipe', replaceByPipe],
    ['a directory', replaceByDirectory],
    ['empty', (path) => truncateSync(path, 0)],
  ])('%s', (_name, spoil) => {
    const box = prepared();
    spoil(`${box.config}/projects/-home-emo-code/${id}.jsonl`);
    const [reading] = readings(box);
    expect(reading).toMatchObject({
      claims: [],
      fresh: false,
      reason: 'the transcript of aaaaaaaa is not a readable file of its user',
    });
  });
});

test('a huge sparse transcript is read at its ends only', () => {
  const box = prepared();
  const path = box.transcript(id, { cwd });
  truncateSync(path, 10 * 1024 ** 3);
  expect(readTranscriptFacts(path, box.files)).toMatchObject({ firstDirectory: cwd, lastDirectory: null });
});

test('rows of a transcript with wrong types, broken ends and control characters tell nothing', () => {
  const box = prepared();
  const rows = [
    '{"cwd":["/x"],"version":"; rm","type":{}}',
    '{"cwd":"/a\\u001b[2J"}',
    '{"cwd":"rel"}',
    'null',
    '[]',
    '{"cwd":"/b"',
  ];
  const path = box.write(`.claude/projects/-home-emo-code/${id}.jsonl`, rows.join('\n'));
  expect(readTranscriptFacts(path, box.files)).toEqual({
    firstDirectory: null,
    lastDirectory: null,
    version: null,
    entrypoint: null,
    isSidechain: false,
    hasTitle: false,
    beginsWithClear: false,
  });
});

test('ten thousand project directories do not hide the one that belongs to the process, or take long', () => {
  const box = prepared();
  for (let at = 0; at < 10_000; at += 1) mkdirSync(`${box.config}/projects/p${at}`);
  expect(claims(box)).toEqual(held);
  const fresh = Array.from({ length: 5 }, (_, at) => {
    const pid = 5000 + at;
    box.record(pid, { ...record, pid, sessionId: `bbbbbbbb-0000-4000-8000-00000000000${at}` });
    return claudeProcess({ pid });
  });
  const startedMs = performance.now();
  const found = claude.readConversations(fresh, box.files);
  expect([...found.values()].map((one) => one.fresh)).toEqual([true, true, true, true, true]);
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});

test('a linked home is the user’s own to arrange', () => {
  const box = prepared();
  renameSync(box.config, `${box.home}/elsewhere`);
  symlinkSync(`${box.home}/elsewhere`, box.config);
  expect(claims(box)).toEqual(held);
});

function prepared(): ClaudeHome {
  const box = claudeHome();
  box.record(4711, record);
  box.transcript(id, { cwd });
  return box;
}

function readings(box: ClaudeHome, uid = box.files.uid) {
  return [...claude.readConversations([claudeProcess()], boundedFiles(uid, box.home)).values()];
}

function claims(box: ClaudeHome, uid = box.files.uid) {
  return readings(box, uid)[0]?.claims;
}

function replaceByLink(path: string): void {
  renameSync(path, `${path}.real`);
  symlinkSync(`${path}.real`, path);
}

function replaceByPipe(path: string): void {
  rmSync(path);
  execFileSync('mkfifo', [path], { timeout: 5_000 });
}

function replaceByDirectory(path: string): void {
  rmSync(path);
  mkdirSync(path);
}
