import { describe, expect, test } from 'vitest';
import { environmentOf, tmuxArgv, tmuxTarget, type Caller } from '../../src/tmux/tmux-target.ts';

const emo = { name: 'emo', uid: 1001, gid: 1002, home: '/home/emo', shell: '/bin/zsh' };
const root: Caller = { uid: 0, searchPath: '/root/bin:/usr/bin', tmpDir: '/run/root' };
const none = { socketName: null, configFile: null };

describe('the tmux of an account', () => {
  test('is called by root without anything of root in it', () => {
    const target = tmuxTarget(emo, root, none);

    expect(environmentOf(target)).toEqual({
      HOME: '/home/emo',
      USER: 'emo',
      LOGNAME: 'emo',
      SHELL: '/bin/zsh',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LANG: 'C.UTF-8',
    });
  });

  test('is called by its own user with their PATH and TMUX_TMPDIR', () => {
    const target = tmuxTarget(emo, { uid: 1001, searchPath: '/home/emo/bin:/usr/bin', tmpDir: '/run/emo' }, none);

    expect(environmentOf(target)).toMatchObject({ PATH: '/home/emo/bin:/usr/bin', TMUX_TMPDIR: '/run/emo' });
    expect(tmuxArgv(target, ['new-session'])).toEqual(['tmux', '-u', 'new-session']);
  });

  test('takes a configuration file and a socket name', () => {
    const target = tmuxTarget(emo, root, { socketName: 'work', configFile: '/dev/null' });
    expect(tmuxArgv(target, ['list-sessions'])).toEqual([
      'tmux',
      '-u',
      '-f',
      '/dev/null',
      '-L',
      'work',
      'list-sessions',
    ]);
  });
});
