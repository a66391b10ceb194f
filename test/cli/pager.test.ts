import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pagedOutput, pagerOf } from '../../src/cli/pager.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

const terminal = { TERM: 'xterm' };

describe('a result on a terminal is shown', () => {
  test.each<[string, Record<string, string>, string]>([
    ['in less where nothing is said', {}, 'less'],
    ['in the PAGER', { PAGER: 'more -s' }, 'more -s'],
    ['in TMUX_PERSIST_PAGER, which beats PAGER', { PAGER: 'more', TMUX_PERSIST_PAGER: 'most' }, 'most'],
  ])('%s', (_, env, command) => {
    expect(chosen(env)?.command).toBe(command);
  });

  test.each<[string, Record<string, string>]>([
    ['PAGER is empty', { PAGER: '' }],
    ['PAGER is cat', { PAGER: 'cat' }],
    ['TMUX_PERSIST_PAGER is empty, whatever PAGER is', { PAGER: 'less', TMUX_PERSIST_PAGER: '' }],
    ['the terminal can do nothing', { TERM: 'dumb' }],
  ])('without a pager where %s', (_, env) => {
    expect(chosen(env)).toBeNull();
  });

  test('without a pager where --no-pager says so, and where it is no terminal', () => {
    expect(
      pagerOf({ args: { has: (name) => name === 'no-pager' }, env: terminal, uid: 1000, isOutShown: true }),
    ).toBeNull();
    expect(pagerOf({ args: { has: () => false }, env: terminal, uid: 1000, isOutShown: false })).toBeNull();
  });

  test('with the options of less that git uses, unless somebody has chosen some', () => {
    expect(chosen({})?.env).toMatchObject({ LESS: 'FRX' });
    expect(chosen({ LESS: '-S' })?.env).toMatchObject({ LESS: '-S' });
    expect(chosen({ LESS: '' })?.env).toMatchObject({ LESS: '' });
  });
});

describe('a pager of root', () => {
  test('starts no other program where less is the pager', () => {
    expect(chosen({}, 0)?.env).toMatchObject({ LESSSECURE: '1' });
    expect(chosen({}, 1000)?.env).not.toHaveProperty('LESSSECURE');
  });

  test('is less for whoever has come by sudo, and the chosen one for root itself', () => {
    expect(chosen({ PAGER: 'sh -c "sh </dev/tty"', SUDO_UID: '1000' }, 0)).toMatchObject({ command: 'less' });
    expect(chosen({ PAGER: 'more' }, 0)?.command).toBe('more');
    expect(chosen({ PAGER: 'more', SUDO_UID: '0' }, 0)?.command).toBe('more');
  });
});

function chosen(env: Record<string, string>, uid = 1000): ReturnType<typeof pagerOf> {
  return pagerOf({ args: { has: () => false }, env: { ...terminal, ...env }, uid, isOutShown: true });
}

describe('what a run has written', () => {
  const fits = 'one\n\u001b[32mtwo\u001b[39m\nthree\n';

  test.each<[string, boolean, number | undefined, string, boolean]>([
    ['goes straight to a screen that has room for it', false, 4, fits, false],
    ['is paged where it has one line too many', false, 3, fits, true],
    ['is paged where a long line takes two', false, 4, fits.replace('one', 'o'.repeat(11)), true],
    ['goes straight to a terminal that tells no size', false, undefined, fits.repeat(100), false],
    ['is given to a pager that somebody chose, however short it is', true, 100, fits, true],
    ['is not paged when it is nothing', true, 100, '', false],
  ])('%s', (_, isChosen, rows, text, isPaged) => {
    const path = join(temporaryDirectory(), 'pager');
    writeFileSync(path, '#!/bin/sh\ncat > "$0.text"\n');
    chmodSync(path, 0o755);
    let written = '';
    const output = pagedOutput({ command: path, isChosen, env: process.env }, { rows, columns: 10 }, (some) => {
      written += some;
    });
    for (const half of [text.slice(0, 5), text.slice(5)]) output.write(half);
    output.show();
    expect(written).toBe(isPaged ? '' : text);
    expect(existsSync(`${path}.text`) ? readFileSync(`${path}.text`, 'utf8') : null).toBe(isPaged ? text : null);
  });
});
