import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentProcess } from '../../src/agents/agent.ts';
import { paneCommand } from '../../src/agents/pane-command.ts';
import { sparesAsking, wrapperOf } from '../../src/agents/wrapper-of.ts';
import { processIn } from './agent-home.ts';

const home = { path: '/home/emo' };
const prompt = ['-bash'];

describe('what runs in front of an agent', () => {
  test.each<[string, readonly string[], readonly (readonly string[])[], readonly string[]]>([
    [
      'a program',
      ['claude', '--model', 'opus'],
      [['teamclaude', 'run', '--', 'claude', '--model', 'opus']],
      ['teamclaude', 'run', '--'],
    ],
    ['a program without arguments of the agent', ['claude'], [['timeout', '8h', 'claude']], ['timeout', '8h']],
    ['a runner with an option', ['claude'], [['caffeinate', '-i', 'claude']], ['caffeinate', '-i']],
    [
      'two of them',
      ['claude'],
      [
        ['wrap', 'claude'],
        ['timeout', '8h', 'wrap', 'claude'],
      ],
      ['timeout', '8h', 'wrap'],
    ],
    [
      'a script that starts it by a shell',
      ['/home/emo/.local/bin/claude', '-c'],
      [
        ['sh', '-c', 'claude -c'],
        ['node', '/usr/local/bin/teamclaude', 'run', 'claude', '-c'],
      ],
      ['node', '/usr/local/bin/teamclaude', 'run'],
    ],
    [
      'a script of a shell',
      ['claude'],
      [['/bin/bash', '/home/emo/bin/work', 'claude']],
      ['/bin/bash', '/home/emo/bin/work'],
    ],
    ['the path of the agent', ['/opt/claude'], [['wrap', '/opt/claude']], ['wrap']],
    ['an agent that hides its arguments', ['claude', '', ''], [['wrap', 'claude', '--model', 'x']], ['wrap']],
  ])('is kept: %s', (_, argv, ancestors, words) => {
    expect(wrapperBehind(argv, [...ancestors, prompt, ['tmux', 'claude']])).toEqual({ words, leftOut: null });
  });

  test.each<[string, readonly string[], readonly (readonly string[])[], string]>([
    ['arguments that are not the tail', ['claude', '--x'], [['wrap', 'claude', '--y']], 'wrap'],
    ['no command line at all', ['claude'], [['npm exec claude', '', '']], 'npm exec claude'],
    ['the value of an option', ['claude'], [['script', '-c', 'claude']], 'script'],
    ['a script by a relative path', ['claude'], [['bash', 'work.sh', 'claude']], 'work.sh'],
    ['a program by a relative path', ['claude'], [['./wrap', 'claude']], 'wrap'],
    ['a name that occurs twice before hidden arguments', ['claude', ''], [['wrap', 'claude', 'claude']], 'wrap'],
    ['a path that an update removes', ['claude'], [['/a/node_modules/.bin/wrap', 'claude']], 'wrap'],
    ['too many words', ['claude'], [['wrap', ...Array.from({ length: 20 }, () => 'x'), 'claude']], 'wrap'],
    ['a character that a terminal would act on', ['claude'], [['wrap', '\x1b[2J', 'claude']], 'wrap'],
  ])('is left out and named: %s', (_, argv, ancestors, name) => {
    expect(wrapperBehind(argv, [...ancestors, prompt])).toEqual({ words: [], leftOut: name });
  });

  test.each([
    '--token=abc',
    '--api-key',
    'https://emo:pw@host/x',
    'sk-abcdefghijklmnop',
    'AKIA0123456789ABCDEF01234',
    '{"env":{"A":"b"}}',
    'password123',
  ])('is never stored with what may be a secret: %s', (secret) => {
    const wrapper = wrapperBehind(['claude'], [['wrap', secret, 'claude'], prompt]);
    expect(wrapper).toEqual({ words: [], leftOut: 'wrap' });
  });

  test('is kept as far as it can be, and names what is left out before it', () => {
    const ancestors = [['wrap', 'claude'], ['make', 'agent'], prompt];
    expect(wrapperBehind(['claude'], ancestors)).toEqual({ words: ['wrap'], leftOut: 'make' });
  });

  test.each<[string, string, readonly string[], readonly (readonly string[])[]]>([
    ['the shell of the pane', 'claude', ['claude'], [prompt]],
    ['a shell in a shell', 'claude', ['claude'], [['bash', '-i'], ['timeout', '8h', 'bash'], prompt]],
    ['a text for a shell', 'claude', ['claude'], [['bash', '-lc', 'claude'], prompt]],
    ['a text that is only the name', 'claude', ['claude'], [['sh', '-c', 'claude'], prompt]],
    ['the launcher of its package', 'codex', ['codex', '-m', 'x'], [['node', '/usr/bin/codex', '-m', 'x'], prompt]],
    [
      'the loader of its package',
      'copilot',
      ['copilot'],
      [['node', '/usr/lib/node_modules/@github/copilot/npm-loader.js'], prompt],
    ],
  ])('is nothing: %s', (_, agent, argv, ancestors) => {
    expect(wrapperOf(agent, below(argv, ancestors))).toBeNull();
  });

  test('is not what a restore has put there, so that it stays the same from restore to restore', () => {
    const words = ['teamclaude', 'run', '--'];
    const command = [...words, 'claude', '--resume', 'id'];
    const pane = paneCommand('/bin/bash', command, { agent: 'claude', env: {}, resumeHint: 'claude --resume id' });
    const script = pane.slice(pane.lastIndexOf('/bin/sh'));
    const restored = below(['claude', '--resume', 'id'], [command, script, prompt]);
    expect(wrapperOf('claude', restored)).toEqual({ words, leftOut: null });
  });

  test('is told by its name alone when it is a process of another user', () => {
    const sudo = { ...processIn(home, ['sudo']), comm: 'sudo', argv: null };
    const process = { ...processIn(home, ['claude']), ancestors: [sudo, processIn(home, prompt)] };
    expect(wrapperOf('claude', process)).toEqual({ words: [], leftOut: 'sudo' });
  });
});

test('whatever ran in front, only printable words before the very command line are repeated', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('claude', '--', '-c', 'bash', 'node', '/a/b', '--token=x', '', '\n'),
  );
  const vector = fc.array(word, { maxLength: 6 });
  fc.assert(
    fc.property(vector, fc.array(vector, { maxLength: 4 }), (args, ancestors) => {
      const argv = ['claude', ...args];
      const wrapper = wrapperBehind(argv, ancestors);
      const words = wrapper?.words ?? [];
      const isPart = ancestors.some((one) => JSON.stringify(one.slice(0, words.length)) === JSON.stringify(words));
      expect(words.length === 0 || isPart).toBe(true);
      expect(words.filter((one) => /[\x00-\x1f\x7f]|token/.test(one))).toEqual([]);
    }),
  );
});

test.each(['--dangerously-skip-permissions', '--yolo', 'auto-approve'])('%s spares an agent the asking', (word) => {
  expect(sparesAsking(word)).toBe(true);
});

function wrapperBehind(
  argv: readonly string[],
  ancestors: readonly (readonly string[])[],
): ReturnType<typeof wrapperOf> {
  return wrapperOf('claude', below(argv, ancestors));
}

/** An agent below these processes, the nearest first. */
function below(argv: readonly string[], ancestors: readonly (readonly string[])[]): AgentProcess {
  const facts = ancestors.map((words) => processIn(home, words, { comm: (words[0] ?? '').split('/').at(-1) ?? '' }));
  return processIn(home, argv, { ancestors: facts });
}
