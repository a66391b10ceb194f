import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandLineWord } from '../../src/tmux/tmux-text.ts';
import { agentBox } from '../support/agent-box.ts';
import {
  agentIn,
  attach,
  closeAndNameAgain,
  crash,
  everythingIn,
  placeIn,
  splitsIn,
  trickyValues,
  variable,
  windowsIn,
  word,
} from '../support/rich-scene.ts';

/** Of a busy machine: many shells start in each. */
const timeout = 90_000;

const ids = [
  '11111111-aaaa-4000-8000-000000000001',
  '22222222-bbbb-4000-8000-000000000002',
  '33333333-cccc-4000-8000-000000000003',
] as const;

describe('before and after a crash, compared as one document, nothing differs', { timeout }, () => {
  test('for windows with gaps between them and names of their own, and splits in any layout', async () => {
    const box = agentBox();
    const place = placeIn(box);
    const { tmux } = box.box;
    windowsIn(box, 'three', [
      [3, 'editor'],
      [7, null],
      [12, 'logs: a.b'],
    ]);
    tmux('select-window', '-t', '=three:7');
    splitsIn(box, 'even', 'even-horizontal', 3);
    splitsIn(box, 'main', 'main-vertical', 4);
    splitsIn(box, 'tiled', 'tiled', 5);
    tmux('select-pane', '-t', '=main:0.1');
    tmux('new-session', '-d', '-s', 'small', '-x', '61', '-y', '17', '-c', place('small'));

    expect(await crash(box)).toEqual([]);
  });

  test('for names, directories and shells of any kind, wherever a shell has gone since', async () => {
    const box = agentBox();
    const place = placeIn(box);
    const { tmux } = box.box;
    for (const [name, directory] of tricky) tmux('new-session', '-d', '-s', word(name), '-c', word(place(directory)));
    tmux('new-session', '-d', '-s', 'moved', '-c', place('moved/from'));
    tmux('send-keys', '-t', '=moved:', `cd '${place('moved/to')}'`, 'Enter');
    for (const [name, ...command] of shells) tmux('new-session', '-d', '-s', name, '-c', place('sh'), '--', ...command);

    expect(await crash(box)).toEqual([]);
  });

  test('for groups: each member has the windows of the others', async () => {
    const box = agentBox();
    const { tmux } = box.box;
    windowsIn(box, 'owner', [
      [0, 'one'],
      [4, 'two'],
    ]);
    tmux('new-session', '-d', '-s', 'a-member', '-t', '=owner');
    tmux('new-session', '-d', '-s', 'z-member', '-t', '=owner');
    for (const member of ['owner', 'a-member', 'z-member']) tmux('select-window', '-t', `=${member}:4`);

    expect(await crash(box)).toEqual([]);
  });

  test('for agents: in a window of their own, side by side, with arguments, in a shell of each kind', async () => {
    const box = agentBox();
    const place = placeIn(box);
    const { tmux } = box.box;
    tmux('new-session', '-d', '-s', 'one', '-x', '200', '-c', place('code'));
    agentIn(box, '=one:0.0', ids[0], '--model opus');
    windowsIn(box, 'several', [
      [2, null],
      [9, 'agent'],
    ]);
    agentIn(box, '=several:9.0', ids[1]);
    tmux('split-window', '-t', '=several:9', '-c', place('infra'));
    agentIn(box, '=several:9.1', ids[2]);
    tmux('new-session', '-d', '-s', 'mirror', '-t', '=several');
    tmux('select-window', '-t', '=mirror:9');
    tmux('select-window', '-t', '=several:9');

    expect(await crash(box)).toEqual([]);
  });

  test('where the user’s configuration counts windows and panes from 1, and numbers them anew', async () => {
    const box = agentBox();
    const configuration = join(box.box.home, '.tmux.conf');
    const lines = [
      'base-index 1',
      'pane-base-index 1',
      'renumber-windows on',
      'allow-rename off',
      'history-limit 5000',
    ];
    writeFileSync(configuration, lines.map((line) => `set -g ${line}\n`).join(''));
    const place = placeIn(box);
    const { tmux } = box.box;
    tmux('-f', configuration, 'new-session', '-d', '-s', 'first', '-c', place('code'));
    tmux('new-window', '-t', '=first:', '-c', place('infra'), '-n', 'named');
    tmux('split-window', '-t', '=first:2', '-c', place('infra'));
    tmux('select-pane', '-t', '=first:2.1');
    tmux('new-session', '-d', '-s', 'agent', '-x', '200', '-c', place('code'));
    agentIn(box, '=agent:1.1', ids[0]);

    expect(await crash(box)).toEqual([]);
  });

  test('for titles, zoom, the last window, options and the environment, of sessions and of windows', async () => {
    const box = agentBox();
    const place = placeIn(box);
    const { tmux } = box.box;
    windowsIn(box, 'work', [
      [0, 'one'],
      [1, 'two'],
      [2, 'three'],
    ]);
    for (const window of [2, 1, 0]) tmux('select-window', '-t', `=work:${window}`);
    tmux('split-window', '-t', '=work:0', '-c', place('code'));
    tmux('split-window', '-t', '=work:0', '-c', place('code'));
    tmux('select-pane', '-t', '=work:0.1');
    tmux('resize-pane', '-Z', '-t', '=work:0.1');
    tmux('select-pane', '-T', 'a #{title} #(id) ünïcode', '-t', '=work:1.0');
    tmux('select-pane', '-T', 'of a pane that is zoomed away', '-t', '=work:0.0');
    tmux('set-option', '-t', '=work:', 'status', 'off');
    for (const [name, value] of trickyValues) tmux('set-option', '-t', '=work:', word(name), commandLineWord(value));
    tmux('set-option', '-t', '=work:', 'update-environment[1]', 'EDITOR');
    tmux('set-option', '-w', '-t', '=work:1', 'synchronize-panes', 'on');
    tmux('set-option', '-w', '-t', '=work:1', '@note', 'of a window');
    for (const [name, value] of trickyValues)
      tmux('set-environment', '-t', '=work:', variable(name), commandLineWord(value));
    tmux('set-environment', '-r', '-t', '=work:', 'HIDDEN');
    tmux('new-session', '-d', '-s', 'sized', '-x', '90', '-y', '33', '-c', place('code'));
    tmux('set-option', '-u', '-t', '=sized:', 'default-size');

    expect(await crash(box)).toEqual([]);
    const environment = tmux('show-environment', '-t', '=work:');
    const pids = tmux('list-panes', '-s', '-t', '=work:', '-F', '#{pane_pid}').trim().split('\n');
    for (const pid of pids) {
      const own = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      for (const [name, value] of trickyValues) expect(own).toContain(`${variable(name)}=${value}`);
    }
    expect(environment).toContain('-HIDDEN\n');
  });

  test('for windows that are linked into other sessions, also where a session has nothing else', async () => {
    const box = agentBox();
    const { tmux } = box.box;
    windowsIn(box, 'work', [
      [0, 'one'],
      [2, 'three'],
      [4, 'five'],
    ]);
    windowsIn(box, 'a-first', [[0, 'own']]);
    tmux('link-window', '-d', '-s', '=work:2', '-t', '=a-first:5');
    tmux('link-window', '-d', '-s', '=work:4', '-t', '=a-first:3');
    tmux('link-window', '-d', '-s', '=work:4', '-t', '=work:9');
    for (const window of [0, 5, 3]) tmux('select-window', '-t', `=a-first:${window}`);
    windowsIn(box, 'only', [[0, 'to go']]);
    tmux('link-window', '-d', '-s', '=work:0', '-t', '=only:7');
    tmux('link-window', '-d', '-s', '=a-first:0', '-t', '=only:8');
    tmux('kill-window', '-t', '=only:0');
    tmux('select-window', '-t', '=only:7');
    tmux('new-session', '-d', '-s', 'z-member', '-t', '=work');
    for (const window of [4, 2, 0]) tmux('select-window', '-t', `=z-member:${window}`);

    expect(await crash(box)).toEqual([]);
  });

  test('for a session that was closed while a client looks at another one', async () => {
    const box = agentBox();
    everythingIn(box);
    attach(box, 'odd');
    await closeAndNameAgain(box, 'member', 'linker', 'work');
    expect(box.box.tmux('list-clients', '-F', '#{session_name}')).toBe('odd\n');
  });

  test('for a linked window in which an agent runs: it is started once', async () => {
    const box = agentBox();
    const place = placeIn(box);
    const { tmux } = box.box;
    tmux('new-session', '-d', '-s', 'z-owner', '-x', '200', '-c', place('code'));
    agentIn(box, '=z-owner:0.0', ids[0]);
    windowsIn(box, 'a-linker', [[0, 'own']]);
    tmux('link-window', '-d', '-s', '=z-owner:0', '-t', '=a-linker:1');
    tmux('select-window', '-t', '=a-linker:1');

    expect(await crash(box)).toEqual([]);
    expect(box.alive()).toHaveLength(1);
  });
});

const tricky: readonly (readonly [string, string])[] = [
  ['a.b', 'dir.with.dots'],
  ['c:d', 'dir:with:colons'],
  ['café ☕', 'wörk/日本語'],
  ['with space', ' a  b '],
  ['$dollar', '$HOME'],
  ["it's", `"quoted" 'twice'`],
  ['#{host}', '#(id)'],
  ['-dash', '-n'],
];

const shells: readonly (readonly [string, ...(readonly string[])])[] = [
  ['bash-login', '/bin/bash', '-l'],
  ['bash-plain', '/bin/bash', '-i'],
  ['dash-plain', '/bin/dash', '-i'],
];
