import { describe, expect, test } from 'vitest';
import {
  chainOf,
  matchRows,
  runCommandFile,
  type Chain,
  type PartedChain,
  nothingBeside,
} from '../../src/tmux/command-file.ts';
import { privateTmux } from '../support/private-tmux.ts';

const broken: Chain = chainOf([['kill-pane', '-t', '%99'], ['kill-server']]);
const whole: Chain = chainOf([['set-option', '-g', '@touched', 'yes']]);

const marking = (name: string): Chain => chainOf([['set-option', '-g', `@${name}`, 'yes']]);
const alone = (head: Chain): PartedChain => ({ head, parts: [] });

describe('a command file', () => {
  test('tells what every chain told', () => {
    expect(matchRows([0, 0], 'row\t1\tb\nrow\t0\ta\n', '')).toEqual([
      { kind: 'done', told: 'a', cut: [], complaints: [] },
      { kind: 'done', told: 'b', cut: [], complaints: [] },
    ]);
  });

  test('gives each failed chain its own words when there is a line for each', () => {
    expect(matchRows([0, 0, 0], 'row\t1\tb\n', 'first\nsecond\n')).toEqual([
      { kind: 'failed', words: 'first' },
      { kind: 'done', told: 'b', cut: [], complaints: [] },
      { kind: 'failed', words: 'second' },
    ]);
  });

  test('gives all words to each failed chain when they cannot be told apart', () => {
    expect(matchRows([0, 0, 0], 'row\t1\tb\n', 'first\nsecond\nthird\n')).toEqual([
      { kind: 'failed', words: 'first; second; third' },
      { kind: 'done', told: 'b', cut: [], complaints: [] },
      { kind: 'failed', words: 'first; second; third' },
    ]);
  });

  test('knows which part of which chain failed, and takes none for failed that was never begun', () => {
    const told = 'row\t1\tb\nrow\t1.0\t\n';
    expect(matchRows([1, 2, 0], told, 'first\npart of second\nthird\n')).toEqual([
      { kind: 'failed', words: 'first' },
      { kind: 'done', told: 'b', cut: [1], complaints: ['part of second'] },
      { kind: 'failed', words: 'third' },
    ]);
  });

  test('goes on with the next part after one that failed, and begins none of a chain that failed', async () => {
    const { target, tmux } = privateTmux();
    tmux('new-session', '-d', '-s', 'here');
    const chains = [
      { head: whole, parts: [broken, marking('after-broken')] },
      { head: broken, parts: [marking('of-broken')] },
    ];
    expect(await runCommandFile(target, chains, nothingBeside, { timeoutMs: 5_000 })).toEqual([
      { kind: 'done', told: '', cut: [0], complaints: ["can't find pane: %99"] },
      { kind: 'failed', words: "can't find pane: %99" },
    ]);
    expect(tmux('show-options', '-gqv', '@after-broken')).toBe('yes\n');
    expect(tmux('show-options', '-gqv', '@of-broken')).toBe('');
  });

  test('drops the rest of a chain after an error, and goes on with the next one', async () => {
    const { target, tmux } = privateTmux();
    tmux('new-session', '-d', '-s', 'here');
    expect(await runCommandFile(target, [alone(broken), alone(whole)], nothingBeside, { timeoutMs: 5_000 })).toEqual([
      { kind: 'failed', words: "can't find pane: %99" },
      { kind: 'done', told: '', cut: [], complaints: [] },
    ]);
    expect(tmux('show-options', '-gv', '@touched')).toBe('yes\n');
  });
});
