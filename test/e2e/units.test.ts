import { describe, expect, test } from 'vitest';
import { sandbox } from '../support/persist-sandbox.ts';

describe('units', () => {
  test.each<readonly [readonly string[], string]>([
    [['--leave', 'wach'], '"wach" is none of this program\'s units; did you mean watch?'],
    [['--heal', 'tmux-persist-save.tmer'], 'did you mean tmux-persist-save.timer?'],
    [
      ['--leave', 'sshd.service'],
      '"sshd.service" is none of this program\'s units; they are tmux-persist-restore.service, ',
    ],
    [['--leave', '../watch'], "is none of this program's units"],
    [['--leave', 'watch', '--heal', 'tmux-persist-watch'], 'tmux-persist-watch.service is to be left alone and healed'],
    [['watch'], 'units takes no argument "watch"'],
  ])('refuses %j with the status 2, in words that help', (args, words) => {
    const { exitCode, stdout, stderr } = sandbox().persist('units', ...args);
    expect(stderr).toContain(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  test('is refused where this program looks after none, with the reason', () => {
    const { exitCode, stderr } = sandbox().persist('units');
    expect(stderr).toMatch(/^tmux-persist: the systemd units: (?:only root|systemd does not run|the program is not)/);
    expect(exitCode).toBe(2);
  });
});
