import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resumeInSession } from '../../src/tmux/resume-in-session.ts';
import { privateTmux, waitUntil, type PrivateTmux } from '../support/private-tmux.ts';

const options = { timeoutMs: 10_000 };
const command = ['sleep', '1000'];

describe('taking the place of a pane', () => {
  test('leaves its shell alive with its half-typed line, in a window of its own', async () => {
    const made = privateTmux();
    const { sessionId, paneId, pid } = idlePane(made);
    const before = shapeOf(made, `${sessionId}:0`);
    made.tmux('send-keys', '-t', paneId, `touch ${made.directory}/ran`);
    waitUntil(() => textOf(made, paneId).includes('/ran'), 'the half-typed line');

    const result = await resumeInSession(
      made.target,
      { sessionId, place: { kind: 'pane', paneId, isDead: false }, directory: '/', command },
      options,
    );

    if (result.kind !== 'in-place') throw new Error(result.kind);
    expect(result.movedTo).toBe(1);
    expect(told(made, paneId, '#{window_index} #{pane_pid} #{window_name}')).toBe(`1 ${pid} idle shell`);
    expect(textOf(made, paneId)).toContain(`touch ${made.directory}/ran`);
    expect(existsSync(join(made.directory, 'ran'))).toBe(false);
    expect(shapeOf(made, `${sessionId}:0`)).toEqual(before.map((shape) => shape.replace(paneId, result.paneId)));
    await expect.poll(() => told(made, result.paneId, '#{pane_current_command}')).toBe('sleep');
    // Only now, by the person's own Enter, does the line run.
    made.tmux('send-keys', '-t', paneId, 'Enter');
    waitUntil(() => existsSync(join(made.directory, 'ran')), 'the line to run');
  });

  test('keeps the active pane, the active window and a zoomed window as they were', async () => {
    const made = privateTmux();
    const { sessionId, paneId } = idlePane(made);
    made.tmux('select-pane', '-t', paneId);
    made.tmux('resize-pane', '-Z', '-t', paneId);

    const result = await resumeInSession(
      made.target,
      { sessionId, place: { kind: 'pane', paneId, isDead: false }, directory: '/', command },
      options,
    );

    if (result.kind !== 'in-place') throw new Error(result.kind);
    expect(told(made, result.paneId, '#{pane_active} #{window_active} #{window_zoomed_flag}')).toBe('1 1 1');
  });

  test('starts in a directory whose name would be a command, and runs nothing but what it was given', async () => {
    const made = privateTmux();
    const { sessionId, paneId } = idlePane(made);
    const directory = join(made.directory, '#(touch ran);');
    mkdirSync(directory);
    const hostile = [
      'sh',
      '-c',
      'printf "%s|" "$@" >"$0"; exec sleep 1000',
      join(made.directory, 'seen'),
      'a;',
      '#{x}',
    ];

    const result = await resumeInSession(
      made.target,
      { sessionId, place: { kind: 'pane', paneId, isDead: false }, directory, command: hostile },
      options,
    );

    if (result.kind !== 'in-place') throw new Error(result.kind);
    await expect.poll(() => told(made, result.paneId, '#{pane_current_path}')).toBe(directory);
    waitUntil(() => existsSync(join(made.directory, 'seen')), 'its arguments');
    expect(existsSync(join(made.directory, 'ran')) || existsSync(join(directory, 'ran'))).toBe(false);
  });

  test('starts nothing for a pane that is gone', async () => {
    const made = privateTmux();
    const { sessionId } = idlePane(made);
    const before = made.tmux('list-panes', '-a');

    const result = await resumeInSession(
      made.target,
      { sessionId, place: { kind: 'pane', paneId: '%99', isDead: false } as const, directory: '/', command },
      options,
    );

    expect(result).toEqual({ kind: 'failed', message: expect.stringContaining("can't find pane") });
    expect(made.tmux('list-panes', '-a')).toBe(before);
  });

  test('fails in the words of tmux when no server runs', async () => {
    const { target } = privateTmux();
    const request = {
      sessionId: '$0',
      place: { kind: 'pane', paneId: '%0', isDead: false } as const,
      directory: '/',
      command,
    };
    expect(await resumeInSession(target, request, options)).toMatchObject({ kind: 'failed' });
  });
});

/** The middle one of three panes, whose window is active. */
function idlePane(made: PrivateTmux) {
  made.tmux('new-session', '-d', '-s', 'work', '-x', '120', '-y', '40');
  made.tmux('split-window', '-h', '-t', '=work:0');
  made.tmux('split-window', '-v', '-t', '=work:0.1');
  const paneId = told(made, '=work:0.1', '#{pane_id}');
  const pid = told(made, paneId, '#{pane_pid}');
  return { sessionId: told(made, paneId, '#{session_id}'), paneId, pid };
}

/** Every pane of a window: which it is, where, how large, and whether it is active. */
function shapeOf(made: PrivateTmux, window: string): readonly string[] {
  const format = '#{pane_id} #{pane_left},#{pane_top} #{pane_width}x#{pane_height} #{pane_active}';
  return made.tmux('list-panes', '-t', window, '-F', format).trim().split('\n');
}

function told(made: PrivateTmux, pane: string, format: string): string {
  return made.tmux('display-message', '-p', '-t', pane, format).trim();
}

function textOf(made: PrivateTmux, pane: string): string {
  return made.tmux('capture-pane', '-p', '-J', '-t', pane);
}
