import * as fc from 'fast-check';
import { mkdirSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createSessions } from '../../src/tmux/create-sessions.ts';
import type { ListedSession } from '../../src/tmux/listing.ts';
import { commandLineWord, literalFormat } from '../../src/tmux/tmux-text.ts';
import { privateTmux } from '../support/private-tmux.ts';
import { oneWindow, plain, requestOf, sessionsOf } from './session-requests.ts';

/** For some sixty sessions at once, beside other tests. */
const create = { timeoutMs: 30_000, live: null };
const created = { outcome: 'created', tmuxId: expect.stringMatching(/^\$\d+$/), notes: [] };

describe('names and directories', () => {
  const known = [
    '-lead',
    '7',
    '007',
    '1e2',
    '$HOME',
    '${HOME}',
    '#(touch x)',
    '#{host}',
    '#[fg=red]x',
    '##[x',
    'semi;',
    'semi\\;',
    ';',
    '\\',
    '\\\nx',
    'it\'s "quoted"',
    'two  spaces ',
    'tab\tnew\nline\r',
    '🦊 é \u001b[1m\u007f',
    '%H %d %',
    '~',
    '{ }',
    '=x',
    '@1',
    '*',
    '%%if',
    'é'.repeat(125),
  ];
  const hostile = fc.stringMatching(/^[-#$@%{}()[\]'"\\;~=*? \t\n\ra-cé🦊\u0001\u001b\u007f]{1,30}$/u);

  test('come back as they were, whatever they are', async () => {
    const { target, tmux, directory, killServer } = privateTmux();
    const sampled = fc.sample(hostile, { numRuns: 30, seed: 7 });
    const texts = [...new Set([...known, ...sampled])];
    tmux('new-session', '-d', '-s', 'keeper', '-c', directory);
    for (const [at, text] of texts.entries()) {
      const path = directoryFor(directory, at, text);
      mkdirSync(path);
      tmux('new-session', '-d', '-s', `s${at}`, '-n', `w${at}`, '-c', commandLineWord(literalFormat(path)));
      tmux('rename-window', '-t', `=s${at}:`, '--', commandLineWord(literalFormat(text)));
      tmux('rename-session', '-t', `=s${at}`, '--', commandLineWord(literalFormat(`${text}${at}`)));
    }
    const before = await sessionsOf(target);
    expect(before).toHaveLength(texts.length + 1);
    expect(new Set(before.map(({ path }) => path))).toEqual(
      new Set([directory, ...texts.map((text, at) => directoryFor(directory, at, text))]),
    );
    killServer();

    const results = await createSessions(target, before.map(requestOf), create);

    expect(results.filter(({ outcome }) => outcome !== 'created')).toEqual([]);
    const after = await sessionsOf(target);
    expect(after.map(identityOf)).toEqual(before.map(identityOf));
  });

  test('also come back when they are the first session, which goes over the command line', async () => {
    const { target, tmux, directory, killServer } = privateTmux();
    const sampled = fc.sample(hostile, { numRuns: 6, seed: 11 });
    for (const [at, text] of ['semi;', '-lead', '#[x\\;', '$HOME', ...sampled].entries()) {
      const path = directoryFor(directory, at, text);
      mkdirSync(path);
      const request = {
        ...plain('x'),
        windows: [oneWindow({ panes: [{ active: true, title: '', cwd: path, command: null }] })],
      };
      await createSessions(target, [request], create);
      tmux('rename-session', '-t', '=x', '--', commandLineWord(literalFormat(text)));
      const before = await sessionsOf(target);
      killServer();

      expect(await createSessions(target, before.map(requestOf), create)).toEqual([created]);
      const after = await sessionsOf(target);
      expect(after.map(identityOf)).toEqual(before.map(identityOf));
      expect(after[0]?.path).toBe(path);
      killServer();
    }
  });

  test('never run what they spell', async () => {
    const { target, directory } = privateTmux();
    const trap = `#(touch ${directory}/trapped)`;
    const path = `${directory}/#(touch trapped)`;
    mkdirSync(path);
    const pane = { active: true, title: '', cwd: path, command: null };
    const request = {
      ...plain(trap.replaceAll('.', '_')),
      windows: [
        oneWindow({ name: trap, automaticName: false, panes: [pane, pane] }),
        oneWindow({ index: 1, panes: [pane] }),
      ],
    };

    expect(await createSessions(target, [request], create)).toEqual([created]);
    const [session] = await sessionsOf(target);
    expect(session?.windows[0]?.name).toBe(trap);
    expect(session?.windows.flatMap(({ panes }) => panes.map(({ currentPath }) => currentPath))).toEqual([
      path,
      path,
      path,
    ]);
    expect([...readdirSync(directory), ...readdirSync(path)]).not.toContain('trapped');
  });
});

function directoryFor(parent: string, at: number, text: string): string {
  return `${parent}/${at}${text.slice(0, 100).replaceAll('/', '')}`;
}

function identityOf({ name, path, windows }: ListedSession) {
  return { name, path, windows: windows.map((window) => (window.automaticName ? '' : window.name)) };
}
