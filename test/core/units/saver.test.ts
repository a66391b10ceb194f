import { describe, expect, test } from 'vitest';
import { cronCommands, runsSave } from '../../../src/core/units/saver.ts';

test.each<readonly [string, boolean]>([
  ['tmux-persist save', true],
  ['tmux-persist save --quiet >/dev/null', true],
  ['/usr/local/bin/tmux-persist --state-dir /srv/x save', true],
  ["PATH='/usr/bin:/bin' tmux-persist save --quiet", true],
  ['cd / && tmux-persist apply', true],
  ['"/opt/my tools/tmux-persist" save', true],
  ['node /srv/tmux-persist/dist/bin.js save', true],
  ['{ path=/x/tmux-persist ; argv[]=/x/tmux-persist watch ; ignore_errors=no ; }', true],
  ['tmux-persist restore', false],
  ['tmux-persist status; rsync save there', false],
  ['tmux-persist status && other save', false],
  ['my-tmux-persist save', false],
  ['tmux-persist-old save', false],
  ['tmux-persist saver', false],
  ['tmux-persist', false],
  ['', false],
])('the command line %j saves: %s', (commandLine, expected) => {
  expect(runsSave(commandLine)).toBe(expected);
});

describe('a crontab', () => {
  test('has the commands of its lines, without comments, variables and what runs at boot', () => {
    const text = [
      '# 0 * * * * in a comment',
      'PATH=/usr/bin:/bin',
      'MAILTO = root',
      '',
      '*/5 * * * *  tmux-persist save --quiet >/dev/null',
      '@reboot      tmux-persist restore',
      '@hourly tmux-persist save',
      '  0 3 * jan mon  backup',
      'broken line',
    ].join('\n');
    expect(cronCommands(text, 'of one user')).toEqual([
      { user: null, command: 'tmux-persist save --quiet >/dev/null' },
      { user: null, command: 'tmux-persist save' },
      { user: null, command: 'backup' },
    ]);
  });

  test('of the system names a user before each command', () => {
    const text = '*/5 * * * * root tmux-persist save\n@daily\temo\ttmux-persist save\n';
    expect(cronCommands(text, 'of the system')).toEqual([
      { user: 'root', command: 'tmux-persist save' },
      { user: 'emo', command: 'tmux-persist save' },
    ]);
  });
});
