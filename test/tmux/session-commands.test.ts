import { describe, expect, test } from 'vitest';
import { commandFileLine, commandLine } from '../../src/tmux/tmux-text.ts';
import { creatingCommands } from '../../src/tmux/session-commands.ts';
import type { SessionRequest } from '../../src/tmux/session-request.ts';
import { callTmux } from '../../src/tmux/call-tmux.ts';
import { privateTmux } from '../support/private-tmux.ts';
import { oneWindow, plain, sessionsOf } from './session-requests.ts';

const pane = { active: false, cwd: '/', command: null };
const windows = [
  oneWindow({ index: 4, panes: [pane, { ...pane, active: true }, pane] }),
  oneWindow({ index: 2, active: true, name: 'it is; mine', automaticName: false }),
  oneWindow({ index: 7, panes: [pane, pane] }),
];
/** Indices with their numbers of panes; the active ones are marked. */
const whole = ['2* 1*', '4 1 2* 3', '7 1 2*'];

describe('the commands that create a session', () => {
  test.each(['work', 'caf\u00e9 1', '5', '-x', 'a'.repeat(100)])(
    'make all of %j, whatever happens to the caller afterwards',
    async (name) => {
      const { target, tmux } = privateTmux({
        configuration: 'set -g base-index 4\nset -g pane-base-index 1\nset -g renumber-windows on\n',
      });
      tmux(...commandLine(creatingCommands({ ...plain(name), windows }, 'row')));
      expect(await shapesOf(target)).toEqual([[name, whole]]);

      tmux('set-option', '-g', 'base-index', '1');
      tmux('rename-session', '-t', '$0', 'other');
      const lines = [`${name} 2`, name].map((one) => lineOf({ ...plain(one), windows }));
      await callTmux(target, ['source-file', '-'], { timeoutMs: 10_000, input: lines.join('') });
      expect(await shapesOf(target)).toEqual([
        ['other', whole],
        [`${name} 2`, whole],
        [name, whole],
      ]);
    },
  );

  test.each(['a.b', 'a:b', '$1', '@1', '=work', '{last}', '\\033', '#{pid}', ''])(
    'touch nothing else for %j, which could mean something else as a target',
    (name) => {
      expect(creatingCommands({ ...plain(name), windows }, 'row')).toHaveLength(1);
    },
  );

  test('do nothing to a session that has the name already', async () => {
    const { target, tmux } = privateTmux();
    tmux('new-session', '-d', '-s', 'work');
    const before = await sessionsOf(target);
    await callTmux(target, ['source-file', '-'], { timeoutMs: 10_000, input: lineOf({ ...plain('work'), windows }) });
    expect(await sessionsOf(target)).toEqual(before);
  });
});

function lineOf(request: SessionRequest): string {
  return `${creatingCommands(request, 'row').map(commandFileLine).join(' ; ')}\n`;
}

async function shapesOf(target: Parameters<typeof sessionsOf>[0]) {
  return (await sessionsOf(target)).map(({ name, windows: found }) => [
    name,
    found.map(({ index, active, panes }) =>
      [`${index}${active ? '*' : ''}`, ...panes.map((one) => `${one.index}${one.active ? '*' : ''}`)].join(' '),
    ),
  ]);
}
