import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rosterOf, sharedHost } from './shared-host.ts';

const host = sharedHost();

describe('one of several users, without root', () => {
  test.each(['plan', 'save', 'apply', 'status', 'restore', 'history'])(
    'means themselves by %s without a name',
    (command) => {
      const { emo, anca, persistAs } = host();
      emo.startSession('notes');
      anca.startSession('a-secret-name');
      const { exitCode, stdout, stderr } = persistAs(emo, {}, command);
      expect(exitCode).toBe(0);
      expect(stdout + stderr).not.toContain(anca.name);
      expect(stdout + stderr).not.toContain('a-secret-name');
    },
  );

  test('means themselves by doctor without a name, and misses only what would save by itself', () => {
    const { emo, anca, persistAs } = host();
    for (const user of [emo, anca]) user.startSession('notes');
    expect(persistAs(emo, {}, 'save').exitCode).toBe(0);
    const { exitCode, stdout, stderr } = persistAs(emo, {}, 'doctor');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout.match(/^error .*$/gm)).toEqual([expect.stringContaining('nothing saves by itself')]);
    expect(stdout).not.toContain(anca.name);
  });

  test('is served, too, whom the roster does not list', () => {
    const { emo, anca, persistAs, writeRoster } = host();
    writeRoster(rosterOf(anca));
    emo.startSession('notes');
    expect(persistAs(emo, {}, 'save')).toMatchObject({ exitCode: 0, stderr: '' });
    emo.killServer();
    expect(persistAs(emo, {}, 'restore')).toMatchObject({ exitCode: 0 });
    expect(emo.sessions()).toEqual(['notes']);
  });

  test('is in status once whom the roster does not list, and the command that it tells works', () => {
    const { emo, anca, persistAs, writeRoster } = host();
    writeRoster(rosterOf(anca));
    emo.startSession('notes');
    persistAs(emo, {}, 'save');
    emo.killServer();
    const { exitCode, stdout } = persistAs(emo, {}, 'status');
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('not in the roster');
    expect(stdout.split('\n').filter((line) => line.startsWith(`${emo.name} `))).toHaveLength(1);
    const [, command = ''] = /1 session to create: tmux-persist (.*)/.exec(stdout) ?? [];
    expect(persistAs(emo, {}, ...command.split(' '))).toMatchObject({ exitCode: 0, stderr: '' });
    expect(emo.sessions()).toEqual(['notes']);
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

  test.each<readonly [string, readonly string[], string]>([
    ['save', [], 'an administrator can: sudo tmux-persist save --user USER'],
    ['apply', [], 'where this host allows it: sudo -n tmux-restore-user USER'],
    ['restore', [], 'where this host allows it: sudo -n tmux-restore-user USER'],
    ['forget', ['USER', 'notes'], 'an administrator can: sudo tmux-persist forget USER …'],
    ['watch', [], 'its own watch is tmux-persist-watch.service'],
  ])('is told by %s who can write the records that root keeps', (command, args, instead) => {
    const { emo, persist, persistAs, stateDirectory } = host();
    emo.startSession('notes');
    persist('save');
    const named = (text: string): string => text.replace('USER', emo.name);
    const told = persistAs(emo, { TMUX_PERSIST_STATE_DIR: stateDirectory }, command, ...args.map(named));
    expect(told).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `tmux-persist: root keeps the records in ${stateDirectory}, and root alone can write them; ${named(instead)}\n`,
    });
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

  test(
    'means themselves by a command about one user without a name, whoever keeps the records',
    { timeout: 90_000 },
    () => {
      const { emo, anca, persist, persistAs, writeRoster, stateDirectory } = host();
      emo.startSession('notes');
      anca.startSession('a-secret-name');
      persist('save');
      const rooted = { TMUX_PERSIST_STATE_DIR: stateDirectory };
      const own = { XDG_STATE_HOME: join(emo.home, 'own') };
      persistAs(emo, own, 'save');
      const [id = ''] = readdirSync(join(stateDirectory, 'users', emo.name, 'snapshots')).map((name) =>
        name.slice(0, -5),
      );
      const lines = [['snapshots'], ['show'], ['show', 'latest'], ['show', '0s'], ['diff'], ['diff', 'latest', '0s']];
      for (const env of [rooted, own]) {
        for (const [command = '', ...words] of lines) {
          const told = persistAs(emo, env, command, ...words);
          expect(told).toEqual(persistAs(emo, env, command, emo.name, ...words));
          expect(told).toMatchObject({ exitCode: 0, stderr: '' });
        }
      }
      for (const word of [id, id.slice(0, 11), id.slice(0, 4)])
        expect(persistAs(emo, rooted, 'show', word).stdout).toContain('notes');
      expect(persistAs(emo, rooted, 'show', 'emoo').stderr).toContain('user "emoo" is neither in the roster');
      expect(persistAs(emo, rooted, 'show', 'latest', 'latest').stderr).toContain('show takes no argument "latest"');
      // Who is not in the roster is somebody, too.
      writeRoster(rosterOf(anca));
      for (const [command = '', ...words] of lines) {
        expect(persistAs(emo, own, command, ...words)).toMatchObject({ exitCode: 0, stderr: '' });
      }
    },
  );

  test('forgets own sessions without a name, and takes the name of a user for no session', () => {
    const { emo, anca, persistAs } = host();
    const env = { XDG_STATE_HOME: join(emo.home, 'forgetting') };
    for (const name of ['notes', 'work']) emo.startSession(name);
    persistAs(emo, env, 'save');
    emo.killServer();
    persistAs(emo, env, 'save');
    expect(persistAs(emo, env, 'forget', 'notes', 'wrok').stderr).toContain('wrok');
    expect(persistAs(emo, env, 'forget', anca.name, 'notes').stderr).toContain('only root can reach the tmux of');
    expect(persistAs(emo, env, 'forget', emo.name).stderr).toContain('forget needs more arguments: NAME|PATTERN...');
    expect(persistAs(emo, env, 'plan', '--held').stdout).not.toContain('forgotten');
    expect(persistAs(emo, env, 'forget', 'notes', 'work')).toEqual({
      exitCode: 0,
      stdout: `${emo.name}: forgot notes\n${emo.name}: forgot work\n`,
      stderr: '',
    });
  });

  test(
    'sees in plan, status, history and doctor what root keeps, and is never told to change it',
    { timeout: 90_000 },
    () => {
      const { emo, anca, persist, persistAs, stateDirectory } = host();
      emo.startSession('notes');
      anca.startSession('a-secret-name');
      persist('save');
      emo.killServer();
      const env = { TMUX_PERSIST_STATE_DIR: stateDirectory };
      expect(persistAs(emo, env, 'plan')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('+ notes') });
      expect(persistAs(emo, env, 'history').stdout).toContain('notes');
      for (const command of ['plan', 'status', 'history', 'doctor']) {
        const { exitCode, stdout, stderr } = persistAs(emo, env, command);
        expect(exitCode).toBe(0);
        expect(stdout + stderr).not.toContain(anca.name);
        expect(stdout + stderr).not.toContain('a-secret-name');
        expect(stdout + stderr).not.toMatch(/\b(rm|chown|chmod|mv) /);
      }
      expect(persistAs(emo, env, 'status').stdout).toContain(
        `1 session to create: sudo -n tmux-restore-user ${emo.name}\n`,
      );
      persist('save');
      persist('forget', emo.name, 'notes');
      const held = persistAs(emo, env, 'plan', '--held').stdout;
      expect(held).toContain(`sudo tmux-persist apply ${emo.name} --session notes\n`);
    },
  );

  test('is told that only root may read the records where their group is not theirs alone', () => {
    const { emo, persist, persistAs, stateDirectory } = host();
    emo.startSession('notes');
    persist('save');
    chmodSync(join(stateDirectory, 'users', emo.name), 0o700);
    const { exitCode, stdout, stderr } = persistAs(emo, { TMUX_PERSIST_STATE_DIR: stateDirectory }, 'plan');
    expect(exitCode).toBe(4);
    expect(stdout + stderr).toContain('permission denied');
    expect(stdout + stderr).not.toMatch(/\brm /);
    expect(stdout).not.toContain('no snapshot yet');
  });
});
