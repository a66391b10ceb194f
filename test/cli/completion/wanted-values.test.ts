import { describe, expect, test } from 'vitest';
import { commands } from '../../../src/cli/commands.ts';
import { wantedValue } from '../../../src/cli/completion/wanted-values.ts';

describe('what can be written next', () => {
  test.each([[['']], [['pl']], [['--no-color', '']], [['--roster', 'a file', '']]])(
    'after %j is a command',
    (words) => {
      const wanted = wantedValue(words, commands);
      expect(wanted).toMatchObject({ kind: 'words' });
      expect(wordsOf(wanted)).toEqual(commands.map(({ name }) => name));
    },
  );

  test.each([
    [['plan', ''], { kind: 'users' }],
    [['plan', 'emo', ''], { kind: 'users' }],
    [['plan', '--user', ''], { kind: 'users' }],
    [['plan', '-u', 'e'], { kind: 'users' }],
    [['plan', 'emo', '--session', ''], { kind: 'sessions', user: 'emo' }],
    [['plan', '--user', 'anca', '--session', ''], { kind: 'sessions', user: 'anca' }],
    [['plan', '--user=anca', '--session', ''], { kind: 'sessions', user: 'anca' }],
    [['plan', '--session', ''], { kind: 'sessions', user: null }],
    [['show', 'emo', ''], { kind: 'snapshots', user: 'emo' }],
    [['show', 'emo', 'latest', ''], { kind: 'nothing' }],
    [['diff', 'emo', 'latest', ''], { kind: 'snapshots', user: 'emo' }],
    [['apply', 'emo', '--at', ''], { kind: 'snapshots', user: 'emo' }],
    [['forget', 'emo', ''], { kind: 'sessions', user: 'emo' }],
    [['forget', 'emo', 'notes', ''], { kind: 'sessions', user: 'emo' }],
    [['forget', '--', 'emo', '-'], { kind: 'sessions', user: 'emo' }],
    [['plan', '--roster', ''], { kind: 'files' }],
    [['plan', '--state-dir', ''], { kind: 'directories' }],
    [['apply', '--message', ''], { kind: 'nothing' }],
    [['demo', ''], { kind: 'nothing' }],
  ])('after %j is %j', (words, wanted) => {
    expect(wantedValue(words, commands)).toEqual(wanted);
  });

  test('are the words of a command that takes only these', () => {
    expect(wordsOf(wantedValue(['roster', ''], commands))).toEqual(['check', 'map']);
    expect(wordsOf(wantedValue(['completion', ''], commands))).toEqual(['bash', 'zsh', 'fish']);
    expect(wordsOf(wantedValue(['help', ''], commands))).toContain('plan');
    expect(wordsOf(wantedValue(['plan', '--include', ''], commands))).toContain('server-stopped');
    expect(wordsOf(wantedValue(['units', '--leave', ''], commands))).toContain('tmux-persist-watch.service');
  });

  test('are the options that the command takes', () => {
    expect(wordsOf(wantedValue(['plan', '-'], commands))).toEqual(expect.arrayContaining(['--held', '--quiet']));
    expect(wordsOf(wantedValue(['save', '--'], commands))).not.toContain('--held');
  });
});

function wordsOf(wanted: ReturnType<typeof wantedValue>): readonly string[] {
  return wanted.kind === 'words' ? wanted.words.map(({ word }) => word) : [];
}
