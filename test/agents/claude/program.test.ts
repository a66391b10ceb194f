import { describe, expect, test } from 'vitest';
import { mayBeClaude, roleOf } from '../../../src/agents/claude/program.ts';
import { claudeProcess } from '../../support/claude-process.ts';

const versioned = '/home/emo/.local/share/claude/versions/2.1.329';
const packaged = '/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js';

describe('the command name', () => {
  test.each(['claude', 'claude.exe', 'node', 'MainThread', 'bun', '2.1.329'])('%s may be Claude Code', (comm) => {
    expect(mayBeClaude(comm)).toBe(true);
  });

  test.each(['bash', 'sh', 'vim', 'claude-desktop', '2.1', '2.1.329.4', 'v2.1.329', ''])('%s cannot be', (comm) => {
    expect(mayBeClaude(comm)).toBe(false);
  });
});

describe('a process with which a person converses', () => {
  test.each([
    ['the installed link', versioned, ['claude']],
    ['the versioned executable itself', versioned, [versioned, '--resume']],
    ['an executable called claude', '/opt/bin/claude', ['/opt/bin/claude', 'explain this']],
    ['the executable of the package', '/usr/lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe', ['claude']],
    ['an executable that is hidden, by its first word', null, ['/usr/local/bin/claude']],
    ['the package run by Node', '/usr/bin/node', ['node', '--no-warnings', packaged, '--model', 'opus']],
    ['the package run by Node with a module before', '/usr/bin/node', ['node', '-r', 'x.js', packaged]],
    ['the package run by Bun', '/usr/bin/bun', ['bun', packaged]],
    ['a link to the package run by Node', '/usr/bin/node', ['node', '/usr/local/bin/claude']],
    ['a vector overwritten by its title', '/usr/bin/node', ['claude', '', '', '']],
    ['a shell script called claude', '/usr/bin/bash', ['/bin/bash', '/home/emo/bin/claude', '--continue']],
    ['a flag whose value is the name of a subcommand', versioned, ['claude', '--model', 'mcp']],
    ['a conversation searched for by a word', versioned, ['claude', '-r', 'update']],
    ['a prompt behind the end of flags', versioned, ['claude', '--', '-p']],
    ['a value that looks like a flag', versioned, ['claude', '--append-system-prompt', '-p']],
  ])('is %s', (_, exe, argv) => {
    expect(roleOf(claudeProcess({ exe, argv }))).toBe('interactive');
  });
});

describe('a process of another role', () => {
  test.each([
    [['claude', 'mcp', 'serve']],
    [['claude', '--debug', 'agents']],
    [['claude', 'attach', 'a1b2']],
    [['claude', 'daemon']],
    [['claude', 'setup-token']],
    [['claude', '-p', 'explain']],
    [['claude', '--print']],
    [['claude', '-cp', 'go on']],
    [['claude', '--model', 'opus', '--output-format', 'json']],
    [['claude', '--output-format=stream-json']],
    [['claude', '--input-format', 'stream-json']],
    [['claude', '--sdk-url', 'wss://example.org']],
    [['claude', '--version']],
  ])('is %j', (argv) => {
    expect(roleOf(claudeProcess({ argv }))).toBe('other');
  });
});

describe('a process that is not Claude Code', () => {
  test.each([
    ['another script of Node', '/usr/bin/node', ['node', '/srv/app/server.js', 'claude']],
    ['a text that Node evaluates', '/usr/bin/node', ['node', '-e', 'claude()']],
    ['a shell about to start it', '/usr/bin/bash', ['bash', '-c', 'claude']],
    ['a login shell about to start it', '/usr/bin/bash', ['bash', '-lic', 'claude']],
    ['another program that was given its name', '/usr/bin/sleep', ['claude', '1000']],
    ['an interpreter without a script', '/usr/bin/node', ['node']],
    ['the daemon, by its title', '/usr/bin/node', ['claude daemon', '', '']],
    ['a process without a readable vector', versioned, null],
    ['one without any word', null, []],
  ])('is %s', (_, exe, argv) => {
    expect(roleOf(claudeProcess({ exe, argv }))).toBeNull();
  });
});
