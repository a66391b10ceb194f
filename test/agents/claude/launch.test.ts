import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conversationArguments, isInteractive } from '../../../src/agents/claude/arguments.ts';
import { launchArguments } from '../../../src/agents/claude/launch.ts';

const id = '3f36c85e-0000-4000-8000-000000000001';
const other = '3f36c85e-0000-4000-8000-000000000002';

describe('the arguments that are repeated', () => {
  test.each([
    ['a flag', ['--verbose', '--dangerously-skip-permissions']],
    ['a flag with a value', ['--model', 'opus', '--permission-mode=plan']],
    ['all values of a flag that takes many', ['--add-dir', '/a', '/b c', '--allowedTools', 'Bash(git:*)', 'Edit']],
    ['an optional value, or none', ['--remote-control', 'desk', '--remote-control', '--debug', '--debug=api']],
    ['a text that begins with a dash', ['--append-system-prompt', '- be brief\n- be kind']],
    ['names of files', ['--settings', 'a.json', '--mcp-config', './b.json']],
    ['agents without secrets', ['--agents', '{"reviewer":{"prompt":"review"}}']],
  ])('include %s', (_, args) => {
    expect(launchArguments(args)).toEqual({ args, name: [], droppedArgs: [] });
  });

  test.each([
    ['a prompt', ['fix the bug'], ['prompt']],
    ['everything behind --', ['--', '--model', 'opus'], ['--']],
    ['the conversation', ['--resume', id], ['--resume']],
    ['the conversation, in short', ['-r', id], ['-r']],
    ['the conversation, in one word', [`--session-id=${id}`], ['--session-id']],
    ['that it was continued', ['-c', '--continue', '--fork-session'], ['-c', '--continue', '--fork-session']],
    ['where else it came from', ['--from-pr', '12', '-w', 'tree', '--tmux'], ['--from-pr', '-w', '--tmux']],
    ['a cluster', [`-r${id}`, '-cr'], ['-r', '-c']],
    ['a flag without its value', ['--model'], ['--model']],
    ['a value in the place of which a flag stands', ['--model', '--resume', id], ['--model', 'prompt']],
    ['a value given to a flag that has none', ['--verbose=yes'], ['--verbose']],
    ['an unknown flag, of whose words nobody knows the number', ['--frobnicate', 'x'], ['--frobnicate', 'prompt']],
    ['the value of an unknown flag', ['--key=abc'], ['--key']],
    ['settings that may hold secrets', ['--settings', ' {"env":{"A":"b"}}'], ['--settings']],
    ['servers that may hold secrets', ['--mcp-config={"mcpServers":{}}'], ['--mcp-config']],
    ['agents that speak of secrets', ['--agents', '{"a":{"mcpServers":{}}}'], ['--agents']],
    ['an address with a password', ['--plugin-url', 'https://me:pw@example.org/p'], ['--plugin-url']],
    ['an address with a token', ['--plugin-url', 'https://example.org/p?access_token=1'], ['--plugin-url']],
    ['a value of unbearable length', ['--system-prompt', 'x'.repeat(5000)], ['--system-prompt']],
    ['files to be downloaded', ['--file', 'a:b', 'c:d'], ['--file']],
  ])('do not include %s', (_, args, dropped) => {
    expect(launchArguments(args)).toEqual({ args: [], name: [], droppedArgs: dropped });
  });

  test('keep the known flags beside an unknown one, and tell of that one', () => {
    expect(launchArguments(['--restricted', '--new-thing', '--model', 'opus', 'hello'])).toEqual({
      args: ['--restricted', '--model', 'opus'],
      name: [],
      droppedArgs: ['--new-thing', 'prompt'],
    });
  });

  test('are a flag without the prompt behind it', () => {
    const { args, droppedArgs } = launchArguments(['--debug', 'fix the bug']);
    expect({ args, droppedArgs }).toEqual({ args: ['--debug'], droppedArgs: ['prompt'] });
  });

  test('keep the files among the servers of which some are given as text', () => {
    const { args, droppedArgs } = launchArguments(['--mcp-config', 'a.json', '{"x":1}', 'b.json', '--verbose']);
    expect(args).toEqual(['--mcp-config', 'a.json', 'b.json', '--verbose']);
    expect(droppedArgs).toEqual(['--mcp-config']);
  });

  test('have the title apart, for the conversation may have its own', () => {
    expect(launchArguments(['-n', 'cooling', '--verbose'])).toEqual({
      args: ['--verbose'],
      name: ['-n', 'cooling'],
      droppedArgs: [],
    });
  });

  test('stay the same when they are taken from a restored command line', () => {
    fc.assert(
      fc.property(hostileArguments, (hostile) => {
        const { args } = launchArguments(hostile);
        expect(launchArguments(['--resume', id, ...args]).args).toEqual(args);
      }),
    );
  });
});

describe('whatever the arguments are', () => {
  test('neither a prompt, nor an id, nor a flag that starts something else is repeated', () => {
    fc.assert(
      fc.property(hostileArguments, (hostile) => {
        const { args, name, droppedArgs } = launchArguments(hostile);
        const repeated = [...args, ...name];
        expect(repeated.filter((word) => forbidden.test(word))).toEqual([]);
        expect([...repeated, ...droppedArgs].filter((word) => word.includes('sk-ant'))).toEqual([]);
        expect(isInteractive(repeated)).toBe(true);
        expect(conversationArguments(repeated)).toEqual({ id: null, continues: false });
      }),
      { numRuns: 1000 },
    );
  });

  test('reading them ends, and drops no more than is bearable', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (anything) => {
        const { args, droppedArgs } = launchArguments(anything);
        expect(args.every((word) => anything.includes(word))).toBe(true);
        expect(droppedArgs.length).toBeLessThanOrEqual(32);
        expect(isInteractive(anything)).toBeTypeOf('boolean');
      }),
      { numRuns: 1000 },
    );
    expect(launchArguments(Array.from({ length: 9000 }, () => '--verbose')).args.length).toBeLessThan(9000);
  });
});

describe('the conversation that is asked for', () => {
  test.each([
    [['--resume', id], { id, continues: true }],
    [[`--resume=${id}`], { id, continues: true }],
    [['-r', id, 'go on'], { id, continues: true }],
    [['--session-id', id], { id, continues: false }],
    [['--resume', id, '--fork-session'], { id: null, continues: true }],
    [['--resume', id, '--fork-session', '--session-id', other], { id: other, continues: true }],
    [['--resume', id, '--session-id', other], { id: null, continues: true }],
    [['--resume', 'cooling'], { id: null, continues: true }],
    [['--resume'], { id: null, continues: true }],
    [['--resume', '--verbose'], { id: null, continues: true }],
    [['--resume', id.toUpperCase()], { id: null, continues: true }],
    [[`-r${id}`], { id: null, continues: false }],
    [['-c'], { id: null, continues: true }],
    [['--from-pr', '12'], { id: null, continues: true }],
    [['--append-system-prompt', '--resume', id], { id: null, continues: false }],
    [['--', '--resume', id], { id: null, continues: false }],
    [['--model', 'opus'], { id: null, continues: false }],
  ])('of %j is %j', (args, expected) => {
    expect(conversationArguments(args)).toEqual(expected);
  });
});

const secretPrompt = 'please use sk-ant-0123456789abcdef';
const forbidden =
  /^(--(resume|continue|session-id|fork-session|from-pr|teleport|bg|worktree|tmux|file|print|output-format|sdk-url)|-[rcpw])(=|$)|3f36c85e|please/;

const words = [
  ['--resume', '-r', '--session-id', '--continue', '-c', '--fork-session', '--from-pr', '--teleport', '--bg'],
  ['--worktree', '-w', '--tmux', '--file', '-p', '--print', '--output-format', '--sdk-url', '--', '--unknown', '-x'],
  ['--verbose', '--model', 'opus', '--debug', '--debug=api', '--settings', '{"a":1}', '--permission-mode'],
  [id, `--resume=${id}`, `--session-id=${id}`, `-r${id}`, `--model=${secretPrompt}`, secretPrompt],
  ['--system-prompt', '--agents', '-n', '', '-', '- text', '--add-dir=/x'],
];

/** An id or a prompt as the value of a kept flag is that value, so flags with many or optional values are left out. */
const hostileArguments = fc
  .array(fc.constantFrom(...words.flat()), { maxLength: 12 })
  .filter((args) => args.every((one, at) => !takesValue(args[at - 1]) || !/^3f36c85e|^mcp$/.test(one)));

function takesValue(before: string | undefined): boolean {
  return ['--model', '--permission-mode', '--system-prompt', '--agents', '-n', '--settings'].includes(before ?? '');
}
