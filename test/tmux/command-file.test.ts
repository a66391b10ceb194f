import { describe, expect, test } from 'vitest';
import { doneCommand, outcomesOf, runCommandFile, type Chain } from '../../src/tmux/command-file.ts';
import { privateTmux } from '../support/private-tmux.ts';

const broken: Chain = (row) => [['kill-pane', '-t', '%99'], ['kill-server'], doneCommand(row)];
const whole: Chain = (row) => [['set-option', '-g', '@touched', 'yes'], doneCommand(row)];

describe('a command file', () => {
  test('tells what every chain told', () => {
    expect(outcomesOf(2, 'row\t1\tb\nrow\t0\ta\n', '')).toEqual([
      { kind: 'done', told: 'a' },
      { kind: 'done', told: 'b' },
    ]);
  });

  test('gives each failed chain its own words when there is a line for each', () => {
    expect(outcomesOf(3, 'row\t1\tb\n', 'first\nsecond\n')).toEqual([
      { kind: 'failed', words: 'first' },
      { kind: 'done', told: 'b' },
      { kind: 'failed', words: 'second' },
    ]);
  });

  test('gives all words to each failed chain when they cannot be told apart', () => {
    expect(outcomesOf(3, 'row\t1\tb\n', 'first\nsecond\nthird\n')).toEqual([
      { kind: 'failed', words: 'first; second; third' },
      { kind: 'done', told: 'b' },
      { kind: 'failed', words: 'first; second; third' },
    ]);
  });

  test('drops the rest of a chain after an error, and goes on with the next one', async () => {
    const { target, tmux } = privateTmux();
    tmux('new-session', '-d', '-s', 'here');
    expect(await runCommandFile(target, [broken, whole], { timeoutMs: 5_000 })).toEqual([
      { kind: 'failed', words: "can't find pane: %99" },
      { kind: 'done', told: '' },
    ]);
    expect(tmux('show-options', '-gv', '@touched')).toBe('yes\n');
  });
});
