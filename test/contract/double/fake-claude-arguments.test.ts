import { readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fakeClaudeBox } from '../../support/fake-claude/fake-claude-box.ts';
import { processOf } from '../../support/fake-claude/fake-claude-pane.ts';
import { waitUntil } from '../../support/private-tmux.ts';

/** tmux 3.3a loses the exit status of about one process in five for good: a pane that is dead without one (measured). */
const tmuxMayLoseStatus = { retry: 3 };

const id = '0f0e0d0c-0b0a-4908-8706-050403020100';
const other = '11111111-2222-4333-8444-555555555555';

test('a conversation that is not there is refused in the words of the original', tmuxMayLoseStatus, () => {
  const box = fakeClaudeBox();
  const { shows, exitCode } = box.start({ args: ['--resume', id] });
  shows(`No conversation found with session ID: ${id}`);
  expect(exitCode()).toBe(1);
});

test.each([
  ['2.1.239', 1],
  ['2.1.240', 0],
])('version %s ends with %i when the conversation belongs to another directory', (version, exitCode) => {
  const box = fakeClaudeBox({ version });
  box.print('-p', '--session-id', id, 'hello');
  expect(box.printIn(box.directory('code'), '-p', '-r', id, 'again').exitCode).toBe(exitCode);
  expect(box.print('-p', '-r', id, 'again').exitCode).toBe(0);
});

test('an id with a transcript cannot be given to a new conversation, and one without can', () => {
  const box = fakeClaudeBox();
  expect(box.print('-p', '--session-id', id, 'hello').exitCode).toBe(0);
  const taken = box.print('-p', '--session-id', id, 'hello');
  expect(taken).toMatchObject({ exitCode: 1, output: `Error: Session ID ${id} is already in use.\n` });
  rmSync(box.transcript(box.home, id));
  expect(box.print('-p', '--session-id', id, 'hello').exitCode).toBe(0);
});

test.each([
  [['--session-id', 'x'], 'Error: Invalid session ID. Must be a valid UUID.'],
  [['--session-id', id, '--resume', other], 'if --fork-session is also specified'],
  [['--no-such-flag'], "error: unknown option '--no-such-flag'"],
  [['-c'], 'No conversation found to continue'],
])('%j is refused', (args, words) => {
  const refused = fakeClaudeBox().print(...args);
  expect(refused.exitCode).toBe(1);
  expect(refused.output).toContain(words);
});

test('two people may hold one conversation at once', () => {
  const box = fakeClaudeBox();
  box.print('-p', '--session-id', id, 'hello');
  const panes = [box.start({ args: ['--resume', id] }), box.start({ args: [`--resume=${id}`] })];
  for (const pane of panes) pane.shows('> hello');
  expect(panes.map((pane) => pane.record(box.configDirectory)?.['sessionId'])).toEqual([id, id]);
});

test('--continue takes up the newest conversation of this directory, and not one that only shares its slug', () => {
  const box = fakeClaudeBox();
  const [mine, theirs] = [box.directory('a_b'), box.directory('a-b')];
  box.printIn(mine, '-p', '--session-id', id, 'mine');
  box.printIn(theirs, '-p', '--session-id', other, 'theirs');
  const { shows, record } = box.start({ cwd: mine, args: ['--continue'] });
  shows('> mine');
  expect(record(box.configDirectory)?.['sessionId']).toBe(id);
});

test.each([
  [['--resume', 'R730 cooling'], 'by its title'],
  [['-r', `${id}.jsonl`], 'by its file'],
  [[`-r${id}`], 'in the same word'],
])('%j resumes a conversation %s', (args) => {
  const box = fakeClaudeBox();
  box.print('-p', '--session-id', id, '-n', 'R730 cooling', 'hello');
  const { shows, record } = box.start({ args });
  shows('> hello');
  expect(record(box.configDirectory)).toMatchObject({ sessionId: id, name: 'R730 cooling' });
});

test('--resume without a value waits until a person chooses', () => {
  const box = fakeClaudeBox();
  box.print('-p', '--session-id', id, 'hello');
  const { type, shows, record } = box.start({ args: ['--resume'] });
  shows('Resume a session');
  expect(record(box.configDirectory)?.['sessionId']).not.toBe(id);
  type(id, '> hello');
  expect(record(box.configDirectory)?.['sessionId']).toBe(id);
});

test('on /exit it tells how to resume, unless there is nothing to resume', tmuxMayLoseStatus, () => {
  const box = fakeClaudeBox();
  const [spoken, silent] = [box.start({ args: ['--session-id', id] }), box.start()];
  spoken.type('hello', 'you said: hello');
  silent.shows('ready');
  for (const pane of [spoken, silent]) {
    pane.send('/exit');
    expect(pane.exitCode()).toBe(0);
  }
  expect(spoken.screen()).toContain(`Resume this session with:\nclaude --resume ${id}`);
  expect(silent.screen()).not.toContain('Resume this session');
});

test('a prompt on the command line is the first one, and the flags before it are not part of it', () => {
  const box = fakeClaudeBox();
  const args = [
    '--dangerously-skip-permissions',
    '--model',
    'opus',
    '--session-id',
    id,
    '--add-dir',
    '/tmp',
    '--',
    'hi',
  ];
  box.start({ args }).shows('you said: hi');
  expect(readFileSync(box.transcript(box.home, id), 'utf8')).toContain('"content":"hi"');
});

test('a subcommand that a person watches stays, and registers nothing', () => {
  const box = fakeClaudeBox();
  const viewer = box.start({ args: ['attach', 'job7'] });
  const talker = box.start({ args: ['--session-id', id] });
  talker.shows('ready');
  waitUntil(() => box.fake.starts().length === 2, 'the viewer');
  const { output } = box.print('agents', '--json');
  expect(JSON.parse(output)).toMatchObject([{ pid: talker.pid, kind: 'interactive', sessionId: id }]);
  expect(viewer.record(box.configDirectory)).toBeNull();
  expect(processOf(viewer.pid).argv).toEqual(['claude', 'attach', 'job7']);
});
