import { describe, expect, test } from 'vitest';
import { listServer } from '../../src/tmux/list-server.ts';
import { parseSettings, readSettings } from '../../src/tmux/read-settings.ts';
import { privateTmux } from '../support/private-tmux.ts';
import { trickyValues, variable, word } from '../support/rich-scene.ts';
import { commandLineWord } from '../../src/tmux/tmux-text.ts';

const options = { timeoutMs: 5_000 };

test('what was set on a session and its windows is read as it was given, and nothing that is inherited', async () => {
  const { target, tmux } = privateTmux({ configuration: 'set -g status-left x\nset -g @global y\n' });
  tmux('new-session', '-d', '-s', 'work');
  tmux('new-session', '-d', '-s', 'other');
  tmux('set-option', '-u', '-t', '=work:', 'default-size');
  for (const [name, value] of trickyValues) {
    tmux('set-option', '-t', '=work:', word(name), commandLineWord(value));
    tmux('set-environment', '-t', '=work:', variable(name), commandLineWord(value));
  }
  tmux('set-environment', '-r', '-t', '=work:', 'HIDDEN');
  tmux('set-environment', '-t', '=work:', 'DISPLAY', ':7');
  tmux('set-option', '-w', '-t', '=work:', 'monitor-activity', 'on');
  const listing = await listServer(target);
  const sessions = listing.kind === 'listed' ? listing.sessions : [];
  const found = await readSettings(target, sessions, options);

  const sorted = trickyValues.toSorted(([a], [b]) => (a < b ? -1 : 1));
  expect(found.sessions.get('$0')).toEqual({
    options: sorted.map(([name, value]) => ({ name, value })),
    environment: [
      ...sorted.map(([name, value]) => ({ name: variable(name), value })),
      { name: 'HIDDEN', value: null },
    ].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    withheld: [],
  });
  expect(found.windows.get('@0')).toEqual([{ name: 'monitor-activity', value: 'on' }]);
  expect(found.windows.get('@1')).toEqual([]);
});

test('a session that ended meanwhile is missing, and the others are there', async () => {
  const { target, tmux } = privateTmux();
  for (const name of ['one', 'two', 'three']) tmux('new-session', '-d', '-s', name);
  const listing = await listServer(target);
  tmux('kill-session', '-t', '=two');
  const found = await readSettings(target, listing.kind === 'listed' ? listing.sessions : [], options);
  expect([...found.sessions.keys()]).toEqual(['$0', '$2']);
  expect([...found.windows.keys()]).toEqual(['@0', '@2']);
});

describe('an answer that no tmux gives', () => {
  const whole = 'X="1"; export X;\n@a b\n\tsession $1\n';

  test('is read where it fits', () => {
    expect(parseSettings(whole).sessions.get('$1')).toMatchObject({
      options: [{ name: '@a', value: 'b' }],
      environment: [{ name: 'X', value: '1' }],
    });
  });

  test.each([
    ['ends early', whole.slice(0, -1)],
    ['names no session', whole.replace('$1', '$x')],
    ['is noise', 'session $1\n\u0000\t\t\n'.repeat(100)],
  ])('gives nothing when it %s', (_, output) => {
    expect(parseSettings(output).sessions.size).toBe(0);
  });
});
