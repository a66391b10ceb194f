import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeClaudeBox } from '../../support/fake-claude/fake-claude-box.ts';
import { projectSlug } from '../../support/fake-claude/project-slug.ts';
import { readJsonLines } from '../../support/fake-claude/read-json.ts';
import { waitUntil } from '../../support/private-tmux.ts';

const id = '0f0e0d0c-0b0a-4908-8706-050403020100';
const other = '11111111-2222-4333-8444-555555555555';

test.each([
  ['/a/b_c.d e@f+g', '-a-b-c-d-e-f-g'],
  ['/é/😀', '-----'],
  ['/e\u0301', '--'],
  [`/${'x'.repeat(199)}`, `-${'x'.repeat(199)}`],
  // The hashes were computed with another program.
  [`/${'x'.repeat(200)}`, `-${'x'.repeat(199)}-d0i18x`],
  [`/${'😀'.repeat(120)}`, `${'-'.repeat(200)}-fp2zqh`],
])('the transcripts of %j are in %j', (cwd, slug) => {
  expect(projectSlug(cwd)).toBe(slug);
});

test('a transcript begins with the first prompt, and says where and by what it was written', () => {
  const box = fakeClaudeBox();
  const cwd = box.directory('code');
  const { pid, type, shows } = box.start({ cwd, args: ['--session-id', id] });
  const path = box.transcript(cwd, id);
  shows('ready');
  expect(existsSync(path)).toBe(false);

  type('hello there', 'you said: hello there');

  const rows = readJsonLines(path);
  expect(rows.map(({ type: kind }) => kind)).toEqual([
    'file-history-snapshot',
    'user',
    'assistant',
    'ai-title',
    'last-prompt',
  ]);
  const spoken = { sessionId: id, cwd, version: '2.1.329', entrypoint: 'cli', isSidechain: false };
  expect(rows[1]).toMatchObject({ ...spoken, parentUuid: null, message: { content: 'hello there' } });
  expect(rows[2]).toMatchObject({ ...spoken, parentUuid: rows[1]?.['uuid'] });
  expect(readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))).not.toContain(path);
  const history = readJsonLines(join(box.configDirectory, 'history.jsonl'));
  expect(history).toMatchObject([{ display: 'hello there', project: cwd, sessionId: id }]);
});

test('after /clear the next prompt begins another transcript, which starts with that command', () => {
  const box = fakeClaudeBox();
  const { record, type } = box.start({ args: ['--session-id', id] });
  type('one', 'you said: one');
  const size = statSync(box.transcript(box.home, id)).size;
  type('/clear', '(no content)');
  const cleared = String(record(box.configDirectory)?.['sessionId']);
  expect(existsSync(box.transcript(box.home, cleared))).toBe(false);
  type('two', 'you said: two');

  expect(readFileSync(box.transcript(box.home, cleared), 'utf8')).toContain('<command-name>/clear');
  expect(statSync(box.transcript(box.home, id)).size).toBe(size);
});

test('a branch copies its history under a new id, with rows that are older than its file', () => {
  const box = fakeClaudeBox();
  const { record, type } = box.start({ args: ['--session-id', id] });
  type('one', 'you said: one');
  type('/branch', 'Branched conversation: ');

  const branch = String(record(box.configDirectory)?.['sessionId']);
  expect(branch).not.toBe(id);
  const rows = readJsonLines(box.transcript(box.home, branch));
  expect(rows[1]).toMatchObject({ sessionId: branch, forkedFrom: { sessionId: id }, message: { content: 'one' } });
  const writtenAt = Date.parse(String(rows[1]?.['timestamp']));
  expect(writtenAt).toBeLessThan(statSync(box.transcript(box.home, branch)).birthtimeMs);
});

test('a forked start leaves the old transcript alone, and writes its own with the first prompt', () => {
  const box = fakeClaudeBox();
  box.print('-p', '--session-id', id, 'one');
  const { type, shows } = box.start({ args: ['--resume', id, '--fork-session', '--session-id', other] });
  shows('> one');
  expect(existsSync(box.transcript(box.home, other))).toBe(false);
  type('two', 'you said: two');

  expect(readFileSync(box.transcript(box.home, other), 'utf8')).toContain('you said: one');
  expect(readFileSync(box.transcript(box.home, id), 'utf8')).not.toContain('two');
});

test('titles, moves and sub-agents leave their traces', () => {
  const box = fakeClaudeBox();
  const code = box.directory('code');
  const { type, session } = box.start({ args: ['--session-id', id] });
  type('one', 'you said: one');
  type('/rename R730 cooling', 'Session renamed to: R730 cooling');
  type(`/cd ${code}`, `Moved to ${code}`);
  type('!agent', 'wrote agent-');

  const path = box.transcript(box.home, id);
  expect(readJsonLines(path)).toContainEqual({ type: 'custom-title', customTitle: 'R730 cooling', sessionId: id });
  expect(readJsonLines(path)).toContainEqual(expect.objectContaining({ type: 'relocated', relocatedCwd: code }));
  expect(box.own.tmux('display-message', '-p', '-t', session, '#{pane_title}').trim()).toBe('✳ R730 cooling');
  for (const directory of [dirname(path), join(dirname(path), id, 'subagents')]) {
    expect(readdirSync(directory)).toContainEqual(expect.stringMatching(/^agent-[0-9a-f]{8}\.jsonl$/));
  }
});

test('a stamp on the tmux session follows the conversation', () => {
  const box = fakeClaudeBox({ options: { stampsSession: true } });
  const { session, shows, type, record } = box.start({ args: ['--session-id', id] });
  const stamp = (): string => box.own.tmux('show-options', '-qv', '-t', session, '@claude_transcript').trim();
  shows('ready');
  waitUntil(() => stamp() === box.transcript(box.home, id), 'the stamp');
  type('/clear', '(no content)');
  const cleared = String(record(box.configDirectory)?.['sessionId']);
  waitUntil(() => stamp() !== box.transcript(box.home, id), 'the stamp of the next conversation');
  expect(stamp()).toBe(box.transcript(box.home, cleared));
});

test('a start sweeps transcripts that are older than the clean-up age, but not those of live sessions', () => {
  const box = fakeClaudeBox();
  for (const stored of [id, other]) box.print('-p', '--session-id', stored, 'hello');
  const holder = box.start({ args: ['--resume', other] });
  holder.shows('ready');
  const longAgo = new Date(Date.now() - 31 * 24 * 3_600_000);
  for (const stored of [id, other]) utimesSync(box.transcript(box.home, stored), longAgo, longAgo);

  box.start();

  waitUntil(() => !existsSync(box.transcript(box.home, id)), 'the sweep');
  expect(existsSync(box.transcript(box.home, other))).toBe(true);
});

test('a run inside of another conversation leaves no files', () => {
  const box = fakeClaudeBox();
  const { type, send, ended, screen } = box.start({ env: { CLAUDE_CODE_CHILD_SESSION: '1' } });
  type('hello', 'you said: hello');
  send('/exit');
  ended();

  expect(screen()).not.toContain('Resume this session');
  expect(existsSync(box.configDirectory)).toBe(false);
});

test('the mark of a tmux server that was started inside of a conversation does not count', () => {
  const box = fakeClaudeBox();
  const first = box.start();
  first.shows('ready');
  box.own.tmux('set-environment', '-g', 'CLAUDE_CODE_CHILD_SESSION', '1');
  const { record, shows } = box.start();
  shows('ready');

  expect(record(box.configDirectory)).not.toBeNull();
});

test.each([
  [{ CLAUDE_CODE_PROJECT_DIR_NAME: 'shared' }, 'shared'],
  [{ CLAUDE_CODE_PROJECT_DIR_NAME: '../up' }, null],
])('another configuration directory is honoured, with %j', (env, name) => {
  const box = fakeClaudeBox();
  const configDirectory = join(box.home, 'other');
  const { type } = box.start({ args: ['--session-id', id], env: { CLAUDE_CONFIG_DIR: configDirectory, ...env } });
  type('hello', 'you said: hello');

  expect(existsSync(join(configDirectory, 'projects', name ?? projectSlug(box.home), `${id}.jsonl`))).toBe(true);
  expect(existsSync(box.configDirectory)).toBe(false);
});
