import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeClaudeBox } from '../../support/fake-claude/fake-claude-box.ts';
import { processOf } from '../../support/fake-claude/fake-claude-pane.ts';
import { installFakeClaude } from '../../support/fake-claude/install-fake-claude.ts';
import { waitUntil } from '../../support/private-tmux.ts';

const id = '0f0e0d0c-0b0a-4908-8706-050403020100';

test('a native build keeps its name and every argument', () => {
  const { home, print, start } = fakeClaudeBox();
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
  const { fake, start } = fakeClaudeBox();
  const { pid, shows } = start({ argv0: fake.executable, args: ['-n', 'x'] });
  shows('ready');

  const { executable } = fake;
  expect(processOf(pid)).toMatchObject({ comm: '2.1.329', argv: [executable, '-n', 'x'], exe: executable });
});

test('an executable that an update replaced is marked as deleted', () => {
  const { fake, start } = fakeClaudeBox();
  const { pid, shows } = start();
  shows('ready');

  const newer = installFakeClaude({ directory: fake.directory, version: '2.1.330' });
  rmSync(fake.executable);

  expect(processOf(pid).exe).toBe(`${fake.executable} (deleted)`);
  expect(realpathSync(fake.command)).toBe(newer.executable);
});

test('a package of npm that holds an executable is called claude by its link and claude.exe by its path', () => {
  const { home, fake, start } = fakeClaudeBox({ packaging: 'npm' });
  const linked = start({ args: ['--verbose'] });
  const direct = start({ argv0: fake.executable });
  linked.shows('ready');
  direct.shows('ready');

  const exe = join(home, '.local/lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe');
  expect(processOf(linked.pid)).toMatchObject({ comm: 'claude', argv: ['claude', '--verbose'], exe });
  expect(processOf(direct.pid)).toMatchObject({ comm: 'claude.exe', argv: [exe], exe });
});

test('a package of npm that Node runs overwrites its arguments', () => {
  const { fake, start } = fakeClaudeBox({ packaging: 'npm-node' });
  const { pid, shows } = start({ args: ['--verbose'] });
  shows('ready');

  const { comm, argv, exe } = processOf(pid);
  expect({ comm, exe, words: argv.filter(Boolean) }).toEqual({ comm: 'claude', exe: nodePath, words: ['claude'] });
  expect(argv.length).toBeGreaterThan(1);
  expect(fake.starts()).toMatchObject([{ argv: [process.execPath, fake.command, '--verbose'], args: ['--verbose'] }]);
});

test('a package of npm that Node runs keeps its arguments where it may not set a title', () => {
  const { fake, start } = fakeClaudeBox({ packaging: 'npm-node' });
  const { pid, shows } = start({ args: ['--verbose'], env: { CLAUDE_CODE_DISABLE_TERMINAL_TITLE: '1' } });
  shows('ready');

  const { comm, argv } = processOf(pid);
  expect(argv).toEqual([process.execPath, fake.command, '--verbose']);
  // Since some version below 24.21 Node names its main thread.
  expect(['node', 'MainThread']).toContain(comm);
});

test.each(['native', 'npm', 'npm-node'] as const)(
  'a %s build starts in less than twice the time that Node itself takes',
  (packaging) => {
    const { home, fake } = fakeClaudeBox({ packaging });
    const timeOf = (file: string, ...args: readonly string[]): number => {
      const before = performance.now();
      execFileSync(file, args, { env: { HOME: home } });
      return performance.now() - before;
    };
    // In turn, and the fastest of some, because the machine may be busy.
    const pairs = Array.from({ length: 8 }, () => [
      timeOf(fake.command, '--version'),
      timeOf(process.execPath, '-e', '0'),
    ]);
    const [fakeMs, nodeMs] = [0, 1].map((at) => Math.min(...pairs.map((pair) => pair[at] ?? Infinity)));
    expect(fakeMs).toBeLessThan(2 * (nodeMs ?? 0));
  },
);

test('every start is recorded with its arguments, environment and directory', () => {
  const { home, fake } = fakeClaudeBox();
  const env = { HOME: home, FAKE_CLAUDE_LOG_DIR: join(home, 'log') };
  execFileSync(fake.command, ['--version'], { cwd: home, env });

  const [start, ...others] = fake.starts();
  expect(others).toEqual([]);
  expect(start).toMatchObject({ args: ['--version'], argv: [fake.command, '--version'], cwd: home, env });
  const copy = join(home, 'log', `${start?.startedAtMs}-${start?.pid}.json`);
  expect(JSON.parse(readFileSync(copy, 'utf8'))).toEqual(start);
});

test('children know the conversation that was open when they started', () => {
  const { fake, start } = fakeClaudeBox();
  const { pid, type } = start({ args: ['--session-id', id] });
  type('!child', 'child ');
  type('!mcp', 'mcp server ');
  type('!nested', 'nested ');
  type('/clear', '(no content)');
  waitUntil(() => fake.starts().length === 2, 'the nested run');

  const environments = childrenOf(pid).map((child) => readFileSync(`/proc/${child}/environ`, 'utf8').split('\0'));
  for (const environment of environments) expect(environment).toContain(`CLAUDE_CODE_SESSION_ID=${id}`);
  expect(environments.map((one) => one.includes('CLAUDE_CODE_CHILD_SESSION=1'))).toEqual([true, false, true]);
  expect(childrenOf(pid).map((child) => processOf(child).comm)).toEqual(['cat', 'cat', basename(fake.executable)]);
});

test('children end with the process that started them, even when that was killed', () => {
  const { fake, start } = fakeClaudeBox();
  const { pid, type } = start();
  type('!child', 'child ');
  type('!nested-unmarked', 'nested ');
  waitUntil(() => fake.starts().length === 2, 'the nested run');
  const children = childrenOf(pid);
  expect(children).toHaveLength(2);

  process.kill(pid, 'SIGKILL');

  waitUntil(() => !children.some((child) => commandOf(child) !== ''), 'the end of the children');
});

test('a start can be made slow: until then there is only the process', () => {
  const { configDirectory, start } = fakeClaudeBox({ options: { startDelayMs: 1_500 } });
  const { pid, screen, shows, record } = start();
  waitUntil(() => processOf(pid).comm === 'claude', 'the process');
  expect({ screen: screen().trim(), record: record(configDirectory) }).toEqual({ screen: '', record: null });
  shows('ready');
  expect(record(configDirectory)).toMatchObject({ pid });
});

/** tmux 3.3a loses the exit status of about one process in five for good: a pane that is dead without one (measured). */
test('a start can be made to fail', { retry: 3 }, () => {
  const { start } = fakeClaudeBox({ options: { failure: { afterMs: 10, exitCode: 7, words: 'the disk is full' } } });
  const { shows, exitCode } = start();
  shows('the disk is full');
  expect(exitCode()).toBe(7);
});

const nodePath = realpathSync(process.execPath);

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text.split(' ').filter(Boolean).map(Number);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
