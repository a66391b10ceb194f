import { describe, expect, test } from 'vitest';
import { pagerOf } from '../../src/cli/pager.ts';

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
