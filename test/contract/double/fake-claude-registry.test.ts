import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeClaudeBox } from '../../support/fake-claude/fake-claude-box.ts';
import { processOf } from '../../support/fake-claude/fake-claude-pane.ts';
import { waitUntil } from '../../support/private-tmux.ts';

const id = '0f0e0d0c-0b0a-4908-8706-050403020100';
const other = '11111111-2222-4333-8444-555555555555';

const base = ['pid', 'sessionId', 'cwd', 'startedAt'];
const kind = ['kind', 'entrypoint'];
const start = ['procStart', 'version', 'peerProtocol'];
const status = ['status', 'updatedAt'];

test.each([
  ['2.1.74', null],
  ['2.1.75', base],
  ['2.1.89', base],
  ['2.1.90', [...base, ...kind]],
  ['2.1.113', [...base, 'version', ...kind]],
  ['2.1.117', [...base, ...start, ...kind, 'tmux']],
  ['2.1.120', [...base, ...start, ...kind, 'name']],
  ['2.1.150', [...base, ...start, ...kind, 'name', ...status]],
  ['2.1.239', [...base, ...start, ...kind, 'name', ...status, 'statusUpdatedAt']],
  ['2.1.240', [...base, ...start, ...kind, 'name', ...status, 'statusUpdatedAt', 'tmux']],
  [
    '2.1.329',
    [
      ...base,
      ...start,
      ...kind,
      'name',
      ...status,
      'statusUpdatedAt',
      'tmux',
      'pidDomain',
      'peerFeatures',
      'nameSource',
    ],
  ],
])('version %s writes these fields about itself', (version, fields) => {
  const box = fakeClaudeBox({ version });
  const { record, shows } = box.start({ args: ['-n', 'R730'] });
  shows('ready');

  const written = record(box.configDirectory);
  expect(written === null ? null : Object.keys(written).toSorted()).toEqual(fields?.toSorted() ?? null);
});

test('the record names the process, its start, its place in tmux and its conversation', () => {
  const box = fakeClaudeBox();
  const cwd = box.directory('code');
  const { pid, record, shows, session } = box.start({ cwd, args: ['--session-id', id] });
  shows('ready');

  const place = box.own.tmux('display-message', '-p', '-t', session, '#{session_name}:#{window_id}.#{pane_id}').trim();
  expect(record(box.configDirectory)).toMatchObject({
    pid,
    sessionId: id,
    cwd,
    procStart: processOf(pid).startTime,
    version: '2.1.329',
    kind: 'interactive',
    entrypoint: 'cli',
    tmux: place,
    status: 'idle',
  });
});

test.each([
  { version: '2.1.82', started: false, resumed: false, cleared: false, branched: false },
  { version: '2.1.83', started: true, resumed: true, cleared: false, branched: false },
  { version: '2.1.126', started: true, resumed: true, cleared: false, branched: false },
  { version: '2.1.128', started: true, resumed: true, cleared: true, branched: true },
  { version: '2.1.329', started: true, resumed: true, cleared: true, branched: true },
])('the record of version $version follows these switches', ({ version, ...followed }) => {
  const box = fakeClaudeBox({ version });
  for (const stored of [id, other]) box.print('-p', '--session-id', stored, `I am ${stored}`);
  const { record, type, shows } = box.start({ args: ['--resume', id] });
  const recorded = (): unknown => record(box.configDirectory)?.['sessionId'];
  shows(`> I am ${id}`);
  const started = recorded() === id;
  type(`/resume ${other}`, `> I am ${other}`);
  const resumed = recorded() === other;
  type('/branch', 'Branched conversation: ');
  const branched = ![id, other].includes(String(recorded())) && followed.branched;
  const before = recorded();
  type('/clear', '(no content)');

  expect({ started, resumed, branched, cleared: recorded() !== before }).toEqual(followed);
});

test.each([
  ['/exit', (pane: Pane) => pane.send('/exit'), false],
  ['SIGTERM', (pane: Pane) => process.kill(pane.pid, 'SIGTERM'), false],
  ['SIGHUP', (pane: Pane) => process.kill(pane.pid, 'SIGHUP'), false],
  ['SIGKILL', (pane: Pane) => process.kill(pane.pid, 'SIGKILL'), true],
  ['a crash', (pane: Pane) => pane.send('!crash 3'), true],
])('after %s the record is there: %#', (_, finish, stays) => {
  const box = fakeClaudeBox();
  const pane = box.start();
  pane.shows('ready');
  finish(pane);
  pane.ended();

  expect(existsSync(join(box.configDirectory, 'sessions', `${pane.pid}.json`))).toBe(stays);
});

test('a start removes the records of processes that are dead, and leaves the others', () => {
  const box = fakeClaudeBox();
  const [first, second] = [box.start(), box.start()];
  for (const pane of [first, second]) pane.shows('ready');
  process.kill(first.pid, 'SIGKILL');
  // Until tmux has taken note of the end there is a zombie, which counts as alive.
  waitUntil(() => {
    box.own.tmux('run-shell', 'true');
    return !existsSync(`/proc/${first.pid}`);
  }, 'the end of the first');

  const third = box.start();
  third.shows('ready');

  const names = readdirSync(join(box.configDirectory, 'sessions')).filter((name) => /^\d+\.json$/.test(name));
  expect(names.toSorted()).toEqual([second.pid, third.pid].map((pid) => `${pid}.json`).toSorted());
});

test('a record can be late, and torn while it is written', () => {
  const box = fakeClaudeBox({ options: { registrationDelayMs: 1_200, tornRecordMs: 1_200 } });
  const { pid, record, shows } = box.start({ args: ['--session-id', id] });
  const path = join(box.configDirectory, 'sessions', `${pid}.json`);
  shows('ready');
  expect(existsSync(path)).toBe(false);
  waitUntil(() => existsSync(path), 'the record');
  expect(record(box.configDirectory)).toBeNull();
  waitUntil(() => record(box.configDirectory) !== null, 'the whole record');

  expect(record(box.configDirectory)).toMatchObject({ sessionId: id });
});

test('a resumed conversation can be hidden behind the id of the start for a while', () => {
  const box = fakeClaudeBox({ options: { startIdMs: 1_200 } });
  box.print('-p', '--session-id', id, 'hello');
  const { record, shows } = box.start({ args: ['-c'] });
  const recorded = (): unknown => record(box.configDirectory)?.['sessionId'];
  shows('ready');
  expect(recorded()).not.toBe(id);
  waitUntil(() => recorded() === id, 'the id of the conversation');
});

test('a directory change is in the record, and fields can be laid over it', () => {
  const box = fakeClaudeBox({ options: { record: { peerProtocol: 2, tmux: null } } });
  const code = box.directory('code');
  const { record, type } = box.start();
  type(`/cd ${code}`, `Moved to ${code}`);
  type('!record {"parkedJobId":"j1"}', 'recorded');

  expect(record(box.configDirectory)).toMatchObject({ cwd: code, peerProtocol: 2, parkedJobId: 'j1' });
  expect(record(box.configDirectory)).not.toHaveProperty('tmux');
});

test('a conversation that a background job holds is not resumed', () => {
  const box = fakeClaudeBox();
  box.print('-p', '--session-id', id, 'hello');
  const holder = { pid: process.pid, sessionId: id, kind: 'bg', jobId: 'job7' };
  writeFileSync(join(box.configDirectory, 'sessions', `${process.pid}.json`), JSON.stringify(holder));

  const refused = box.print('-p', '--resume', id, 'again');
  expect(refused.exitCode).toBe(1);
  expect(refused.output).toContain('is running in the background (job7). Run `claude attach job7`');
});

type Pane = ReturnType<ReturnType<typeof fakeClaudeBox>['start']>;
