import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rosterOf, sharedHost } from './shared-host.ts';

const host = sharedHost();

describe('one of several users, without root', () => {
  test.each(['plan', 'save', 'apply', 'status', 'restore'])('is refused %s for all of a roster', (command) => {
    const { emo, anca, wizard, persistAs } = host();
    emo.startSession('notes');
    expect(persistAs(emo, {}, command)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        `tmux-persist: only root can reach the tmux of ${anca.name}, ${wizard.name}: use sudo; ` +
        `for your own: --user ${emo.name}\n`,
    });
    expect(existsSync(join(emo.home, '.local'))).toBe(false);
  });

  test('is refused another one’s sessions, and does not learn what they are', () => {
    const { emo, anca, persist, persistAs, stateDirectory } = host();
    anca.startSession('a-secret-name');
    persist('save');
    for (const args of [
      ['plan', '--user', anca.name],
      ['restore', anca.name],
      ['forget', anca.name, 'a-secret-name'],
    ]) {
      expect(persistAs(emo, {}, ...args)).toEqual({
        exitCode: 2,
        stdout: '',
        stderr: `tmux-persist: only root can reach the tmux of ${anca.name}: use sudo\n`,
      });
    }
    for (const command of ['show', 'snapshots', 'history']) {
      const directory = join(stateDirectory, 'users', anca.name, 'snapshots');
      expect(persistAs(emo, { TMUX_PERSIST_STATE_DIR: stateDirectory }, command, anca.name)).toEqual({
        exitCode: 2,
        stdout: '',
        stderr: `tmux-persist: cannot read ${directory}: permission denied\n`,
      });
    }
  });

  test('saves and restores their own sessions in a state directory of their own', () => {
    const { emo, anca, persistAs } = host();
    const env = { XDG_STATE_HOME: join(emo.home, 'my state') };
    emo.startSession('notes');
    anca.startSession('notes');
    expect(persistAs(emo, env, 'save', '--user', emo.name)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(existsSync(join(emo.home, 'my state/tmux-persist/users', emo.name, 'last-save.json'))).toBe(true);
    expect(emo.run('stat', '-c', '%a %U', join(emo.home, 'my state/tmux-persist'))).toBe(`700 ${emo.name}\n`);
    emo.killServer();
    anca.killServer();
    expect(persistAs(emo, env, 'restore', emo.name)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(emo.sessions()).toEqual(['notes']);
    expect(anca.serverPid()).toBeNull();
    expect(persistAs(emo, env, 'plan', '--user', emo.name, '--exit-code').exitCode).toBe(0);
  });

  test('needs no --user where the roster lists nobody else', () => {
    const { emo, persistAs, writeRoster } = host();
    writeRoster(rosterOf(emo));
    emo.startSession('notes');
    expect(persistAs(emo, {}, 'save')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(existsSync(join(emo.home, '.local/state/tmux-persist/users', emo.name))).toBe(true);
  });

  test('cannot write where root keeps the records, and is told so', () => {
    const { emo, persist, persistAs, stateDirectory } = host();
    emo.startSession('notes');
    persist('save');
    const saved = persistAs(emo, { TMUX_PERSIST_STATE_DIR: stateDirectory }, 'save', '--user', emo.name);
    expect(saved.exitCode).toBe(4);
    expect(saved.stdout + saved.stderr).toContain('permission denied');
  });

  test('reads the own record that root keeps', () => {
    const { emo, persist, persistAs, stateDirectory } = host();
    emo.startSession('notes');
    persist('save');
    const env = { TMUX_PERSIST_STATE_DIR: stateDirectory };
    expect(persistAs(emo, env, 'show', emo.name)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('notes'),
    });
    expect(persistAs(emo, env, 'plan', '--user', emo.name, '--exit-code')).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
