import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { processOf, startFakeClaude, tmuxForFakeClaude } from '../support/fake-claude/fake-claude-pane.ts';
import { installFakeClaude, type FakeClaude } from '../support/fake-claude/install-fake-claude.ts';
import type { FakeClaudeOptions, Packaging } from '../support/fake-claude/settings.ts';
import { waitUntil, type PrivateTmux } from '../support/private-tmux.ts';

const id = '0f0e0d0c-0b0a-4908-8706-050403020100';

test('a native build keeps its name and every argument', () => {
  const { home, fake, own, start, print } = fakeClaudeBox();
  print('-p', '--session-id', id, 'hello');

  const { pid, shows } = start({ args: ['--resume', id, '--model', 'opus'] });
  shows('> hello');

  expect(processOf(pid)).toMatchObject({
    comm: 'claude',
    argv: ['claude', '--resume', id, '--model', 'opus'],
    exe: join(home, '.local/share/claude/versions/2.1.329'),
  });
});

test('a native build that is called by its versioned path is named after its version', () => {
  const { home, fake, own, start, print } = fakeClaudeBox();
  const { pid, shows } = start({ argv0: fake.executable, args: ['-n', 'x'] });
  shows('ready');

  expect(processOf(pid)).toMatchObject({ comm: '2.1.329', argv: [fake.executable, '-n', 'x'], exe: fake.executable });
});

test('an executable that an update replaced is marked as deleted', () => {
  const { home, fake, own, start, print } = fakeClaudeBox();
  const { pid, shows } = start();
  shows('ready');

  const newer = installFakeClaude({ directory: fake.directory, version: '2.1.330' });
  rmSync(fake.executable);

  expect(processOf(pid).exe).toBe(`${fake.executable} (deleted)`);
  expect(realpathSync(fake.command)).toBe(newer.executable);
});

test('a package of npm that holds an executable is called claude by its link and claude.exe by its path', () => {
  const { home, fake, own, start, print } = fakeClaudeBox({ packaging: 'npm' });
  const linked = start({ args: ['--verbose'] });
  const direct = start({ argv0: fake.executable });
  linked.shows('ready');
  direct.shows('ready');

  const exe = join(home, '.local/lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe');
  expect(processOf(linked.pid)).toMatchObject({ comm: 'claude', argv: ['claude', '--verbose'], exe });
  expect(processOf(direct.pid)).toMatchObject({ comm: 'claude.exe', argv: [exe], exe });
});

test('a package of npm that Node runs overwrites its arguments', () => {
  const { home, fake, own, start, print } = fakeClaudeBox({ packaging: 'npm-node' });
  const { pid, shows } = start({ args: ['--verbose'] });
  shows('ready');

  const { comm, argv, exe } = processOf(pid);
  expect({ comm, exe, words: argv.filter(Boolean) }).toEqual({
    comm: 'claude',
    exe: process.execPath,
    words: ['claude'],
  });
  expect(argv.length).toBeGreaterThan(1);
  expect(fake.starts()).toMatchObject([{ argv: [process.execPath, fake.command, '--verbose'], args: ['--verbose'] }]);
});

test('a package of npm that Node runs keeps its arguments where it may not set a title', () => {
  const { home, fake, own, start, print } = fakeClaudeBox({ packaging: 'npm-node' });
  const env = { CLAUDE_CODE_DISABLE_TERMINAL_TITLE: '1' };
  const { pid, shows } = start({ args: ['--verbose'], env });
  shows('ready');

  expect(processOf(pid)).toMatchObject({ comm: 'node', argv: [process.execPath, fake.command, '--verbose'] });
});

test.each(['native', 'npm', 'npm-node'] as const)('a %s build starts within 100 ms of processor time', (packaging) => {
  const { home, fake, own, start, print } = fakeClaudeBox({ packaging });
  const { HOME, PATH } = { HOME: home, PATH: own.target.searchPath };
  const before = process.resourceUsage();
  const printed = execFileSync(fake.command, ['--version'], { env: { HOME, PATH }, encoding: 'utf8' });
  const { userCPUTime, systemCPUTime } = process.resourceUsage();

  expect(printed).toBe(`${fake.version} (Claude Code)\n`);
  expect(userCPUTime + systemCPUTime - before.userCPUTime - before.systemCPUTime).toBeLessThan(100_000);
});

test('every start is recorded with its arguments, environment and directory', () => {
  const { home, fake, own, start, print } = fakeClaudeBox();
  const env = { HOME: home, PATH: own.target.searchPath, FAKE_CLAUDE_LOG_DIR: join(home, 'log') };
  const { stdout } = spawnSync(fake.command, ['--version'], { cwd: home, env, encoding: 'utf8' });
  expect(stdout).toBe('2.1.329 (Claude Code)\n');

  const [start] = fake.starts();
  expect(start).toMatchObject({ args: ['--version'], argv: [fake.command, '--version'], cwd: home, env });
  const copy = join(home, 'log', `${start?.startedAtMs}-${start?.pid}.json`);
  expect(JSON.parse(readFileSync(copy, 'utf8'))).toEqual(start);
});

test('the children of a conversation are told its id, and are not in the group of the foreground', () => {
  const { home, fake, own, start, print } = fakeClaudeBox();
  const { pid, type } = start({ args: ['--session-id', id] });
  type('!child', 'child ');
  type('!mcp', 'mcp server ');
  type('!nested', 'nested ');
  type('/clear', '(no content)');
  waitUntil(() => childrenOf(pid).length === 3 && fake.starts().length === 2, 'three children');

  const environments = childrenOf(pid).map((child) => readFileSync(`/proc/${child}/environ`, 'utf8').split('\0'));
  for (const environment of environments) expect(environment).toContain(`CLAUDE_CODE_SESSION_ID=${id}`);
  expect(environments.map((one) => one.includes('CLAUDE_CODE_CHILD_SESSION=1'))).toEqual([true, false, true]);
  expect(childrenOf(pid).map((child) => processOf(child).comm)).toEqual(['cat', 'cat', basename(fake.executable)]);
});

test('a start can be made to fail', () => {
  const { start } = fakeClaudeBox({ options: { failure: { afterMs: 10, exitCode: 7, words: 'the disk is full' } } });
  const { shows, exitCode } = start();
  shows('the disk is full');
  expect(exitCode()).toBe(7);
});

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text.split(' ').filter(Boolean).map(Number);
}
