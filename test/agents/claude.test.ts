import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resumeCommand } from '../../src/agents/agents.ts';
import { claudeArguments, conversationIdInArguments } from '../../src/agents/claude.ts';

const id = '3f36c85e-0a51-4c52-9c0e-2f6a5a8d3b11';
const other = '00000000-0000-4000-8000-000000000000';

describe("claude's arguments", () => {
  test.each([
    [
      ['claude', '--resume', id],
      ['--resume', id],
    ],
    [['/home/emo/.local/bin/claude'], []],
    [['/usr/bin/node', '/usr/lib/node_modules/bin/claude', '-c'], ['-c']],
    [
      ['/home/emo/.local/share/claude/versions/2.1.329', '-r', id],
      ['-r', id],
    ],
    [['bash', '-c', 'claude'], null],
    [['vim', 'claude.md'], null],
    [['/opt/versions/2.1.329'], null],
    [null, null],
  ])('are found in %j', (argv, args) => {
    expect(claudeArguments(argv)).toEqual(args);
  });

  test.each([
    [['--resume', id]],
    [[`--resume=${id}`]],
    [['-r', id]],
    [['--session-id', id]],
    [[`--session-id=${id}`]],
    [['--model', 'opus', '--resume', id, '--dangerously-skip-permissions']],
    [['--resume', id, 'go on', '--', '--fork-session', '-p']],
    [['--resume', id, '--resume', id]],
  ])('name the conversation: %j', (args) => {
    expect(conversationIdInArguments(args)).toBe(id);
  });

  test.each([
    [[]],
    [['--resume']],
    [['--continue']],
    [['--resume', 'cooling']],
    [['--resume', id.toUpperCase()]],
    [['--resume', `${id}\n`]],
    [['--resume', `${id}0`]],
    [['--resume', id, '--fork-session']],
    [['--resume', id, '-p', 'hello']],
    [['--print', '--resume', id]],
    [['--resume', id, '--session-id', other]],
    [['--', '--resume', id]],
    [[id]],
    [['', '', '']],
  ])('name none: %j', (args) => {
    expect(conversationIdInArguments(args)).toBeNull();
  });
});

describe('resuming a conversation', () => {
  test('is a command of separate words', () => {
    expect(resumeCommand({ agent: 'claude', id })).toEqual(['claude', '--resume', id]);
  });

  test.each([
    ['an agent that is not known', { agent: 'clippy', id }],
    ['an id that is an option', { agent: 'claude', id: '--dangerously-skip-permissions' }],
    ['an id with more behind it', { agent: 'claude', id: `${id}\n; rm` }],
  ])('is refused for %s', (_, conversation) => {
    expect(resumeCommand(conversation)).toBeNull();
  });

  test('finds the same conversation again', () => {
    fc.assert(
      fc.property(fc.uuid(), (any) => {
        const command = resumeCommand({ agent: 'claude', id: any });
        expect(conversationIdInArguments(claudeArguments(command) ?? [])).toBe(any);
      }),
    );
  });
});
