import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProcessFacts } from '../../src/agents/agent.ts';
import { flagNamed } from '../../src/agents/claude/arguments.ts';
import { roleOf } from '../../src/agents/claude/program.ts';

// Against the published package; it is installed for the test, removed after it, and needs no login.
const directory = mkdtempSync(join(tmpdir(), 'claude-code-contract-'));
const claude = join(directory, 'node_modules/.bin/claude');
const env = { PATH: process.env['PATH'], HOME: directory };

beforeAll(() => {
  const install = ['install', '--prefix', directory, '--no-audit', '--no-fund', '@anthropic-ai/claude-code'];
  execFileSync('npm', install, { stdio: 'ignore', timeout: 240_000 });
}, 250_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the published Claude Code', () => {
  test('tells its version in the form that is read', () => {
    expect(ask('--version')).toMatch(/^\d+\.\d+\.\d+ \(Claude Code\)\n$/);
  });

  test('has no flag whose values this program would have to guess', () => {
    expect(flagsIn(ask('--help')).filter((flag) => flagNamed(flag) === null)).toEqual([]);
  });

  test.each(['--resume', '--continue', '--session-id', '--fork-session', '--print', '--dangerously-skip-permissions'])(
    'still has %s, which decides what is resumed and how',
    (flag) => {
      expect(flagsIn(ask('--help'))).toContain(flag);
    },
  );

  test('has only subcommands that are not taken for conversations', () => {
    const commands = subcommandsIn(ask('--help'));
    expect(commands.length).toBeGreaterThan(3);
    expect(commands.filter((command) => roleOf(processOf(['claude', command])) !== 'other')).toEqual([]);
  });
});

describe('a word behind -- of the published Claude Code', () => {
  test.each(['--version', 'two words'])('is a prompt: %j', (word) => {
    expect(resumed('--', word)).toContain(`No conversation found with session ID: ${unknownId}`);
  });

  test('is a subcommand all the same, when it is the name of one', () => {
    expect(resumed('--', 'mcp')).toContain('Usage: claude mcp');
  });
});

const unknownId = '11111111-1111-4000-8000-000000000001';

/** What it prints without a terminal when it is to resume a conversation that is not there. */
function resumed(...words: readonly string[]): string {
  const { stdout, stderr } = spawnSync(claude, ['--resume', unknownId, ...words], {
    cwd: directory,
    env,
    input: '',
    encoding: 'utf8',
    timeout: 60_000,
  });
  return stdout + stderr;
}

function ask(flag: string): string {
  return execFileSync(claude, [flag], { env, encoding: 'utf8', timeout: 60_000 });
}

/** The flags that start a line of help: others are only mentioned. */
function flagsIn(help: string): readonly string[] {
  return help.split('\n').flatMap((line) => /^ {2}(?:-\w, )?(--[a-z][a-z-]*)/i.exec(line)?.[1] ?? []);
}

function subcommandsIn(help: string): readonly string[] {
  const commands = help.slice(help.indexOf('\nCommands:\n'));
  return commands.split('\n').flatMap((line) => /^ {2}([a-z][a-z-]*)/.exec(line)?.[1] ?? []);
}

function processOf(argv: readonly string[]): ProcessFacts {
  return {
    pid: 1,
    ppid: 0,
    startTime: '1',
    startedAtMs: 0,
    comm: 'claude',
    exe: '/home/emo/.local/share/claude/versions/2.1.329',
    argv,
    cwd: '/',
    env: () => null,
  };
}
