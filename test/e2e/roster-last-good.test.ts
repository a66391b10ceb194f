import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rosterOfSelf, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { storedManifest } from '../support/stored-record.ts';
import { startWatch, stopped } from '../support/watch.ts';
import { sessionNames } from '../support/world.ts';

/** A sandbox whose roster was good at one save, with one session in the record. */
function savedOnce(roster = rosterOfSelf('persist: { exclude: ["__*"] }\n')): Sandbox {
  const box = sandbox({ roster });
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
  expect(box.persist('save').exitCode).toBe(0);
  return box;
}

function recordedNames(box: Sandbox): readonly string[] {
  return storedManifest(box).sessions.map(({ name }) => name);
}

function keptRoster(box: Sandbox): string {
  return join(box.stateDirectory, 'roster.last-good.yaml');
}

const broken = 'users:\n  emo:\n\ttier: admin\n';

describe('a roster that was good at the last save, and cannot be used now', () => {
  test.each([
    ['a tab', broken],
    ['a write that was cut off', 'users:\n  emo: {tier: adm'],
    ['an empty file', ''],
    ['no users at all', '# nobody\nusers:\n'],
    ['a mistake in what all share', 'persist: { keep_snapshots: many }\nusers: { emo: }\n'],
    ['names of nobody', 'users: { "emo smith": }\n'],
  ])('by %s lets save go on with the one before, exit 4, and says so', (_, text) => {
    const box = savedOnce();
    writeFileSync(box.rosterPath, text);
    for (const name of ['later', '__slot']) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
    const saved = box.persist('save');
    expect(saved).toMatchObject({ exitCode: 4, stdout: expect.stringContaining(`${box.user}: saved`) });
    expect(saved.stderr).toContain('tmux-persist: error: ');
    expect(saved.stderr).toContain('roster.last-good.yaml');
    expect(recordedNames(box)).toEqual(['later', 'notes']);
    expect(box.persist('status')).toMatchObject({ exitCode: 4, stdout: expect.stringContaining(box.user) });
    expect(box.persist('history', box.user).exitCode).toBe(0);
    expect(box.persist('doctor').exitCode).toBe(1);
  });

  test('brings nothing back, and shows the place in the file', () => {
    const box = savedOnce();
    box.killServer();
    writeFileSync(box.rosterPath, broken);
    for (const command of ['plan', 'apply', 'restore']) {
      const refused = box.persist(command);
      expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
      expect(refused.stderr).toBe(
        [
          `tmux-persist: ${box.rosterPath}:3:1: this line is indented with a tab; YAML takes spaces only`,
          '  3 | →tier: admin',
          '    | ^',
          'tmux-persist: nothing was done; saves go on with the last good roster until this is mended',
          '',
        ].join('\n'),
      );
    }
    expect(sessionNames(box)).toEqual([]);
  });

  test('counts again as soon as it is mended, and what it says then is kept', () => {
    const box = savedOnce();
    const kept = keptRoster(box);
    const before = readFileSync(kept, 'utf8');
    writeFileSync(box.rosterPath, broken);
    box.persist('save');
    expect(readFileSync(kept, 'utf8')).toBe(before);
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    writeFileSync(box.rosterPath, rosterOfSelf('persist: { exclude: ["notes"] }\n'));
    expect(box.persist('save').exitCode).toBe(0);
    expect(readFileSync(kept, 'utf8')).toContain('exclude: ["notes"]');
  });

  test('can be taken away, and be emptied on purpose', () => {
    const box = savedOnce();
    writeFileSync(box.rosterPath, 'users: {}\n');
    expect(box.persist('save')).toMatchObject({ exitCode: 0, stdout: '' });
    writeFileSync(box.rosterPath, 'users:\n');
    expect(box.persist('save')).toMatchObject({ exitCode: 0, stdout: '' });
    rmSync(box.rosterPath);
    expect(box.persist('save').exitCode).toBe(4);
    expect(box.persist('restore').exitCode).toBe(2);
  });

  test('is dropped by the command that is told when nobody is meant, in any state directory', () => {
    const box = savedOnce();
    const env = { TMUX_PERSIST_STATE_DIR: join(box.home, "an ca's state") };
    expect(box.persistIn(env, 'save').exitCode).toBe(0);
    const kept = join(env.TMUX_PERSIST_STATE_DIR, 'roster.last-good.yaml');
    expect(existsSync(kept)).toBe(true);
    writeFileSync(box.rosterPath, '');
    const [, command = ''] = /if nobody is meant: (rm [^;\n]*)/.exec(box.persistIn(env, 'save').stderr) ?? [];
    execFileSync('sh', ['-c', command]);
    expect(existsSync(kept)).toBe(false);
  });

  test('lets a watch start and record with the one before, and take the mended one at once', async () => {
    const box = savedOnce();
    writeFileSync(box.rosterPath, broken);
    const watch = startWatch(box);
    box.tmux('new-session', '-d', '-s', 'later', '-c', box.home);
    waitUntil(() => recordedNames(box).includes('later'), 'the record of the new session');
    writeFileSync(box.rosterPath, rosterOfSelf('persist: { exclude: ["private"] }\n'));
    waitUntil(() => readFileSync(keptRoster(box), 'utf8').includes('private'), 'the mended roster');
    const { exitCode, stdout } = await stopped(watch);
    expect(exitCode).toBe(143);
    expect(stdout).toContain('this line is indented with a tab');
    expect(stdout).not.toContain('internal error');
  });

  test('is not taken for that of another file', () => {
    const box = savedOnce();
    const other = join(box.home, 'other.yaml');
    writeFileSync(other, broken);
    expect(box.persist('--roster', other, 'save')).toMatchObject({ exitCode: 2, stdout: '' });
    const kept = readFileSync(keptRoster(box), 'utf8');
    writeFileSync(other, rosterOfSelf());
    expect(box.persist('--roster', other, 'save').exitCode).toBe(0);
    expect(readFileSync(keptRoster(box), 'utf8')).toBe(kept);
  });

  test('is kept of the file that a host names with --roster, and the advice names it, too', () => {
    const box = sandbox({ roster: null });
    writeFileSync(box.rosterPath, rosterOfSelf());
    expect(box.persist('--roster', box.rosterPath, 'save').exitCode).toBe(0);
    writeFileSync(box.rosterPath, broken);
    const saved = box.persist('--roster', box.rosterPath, 'save');
    expect(saved.exitCode).toBe(4);
    expect(saved.stderr).toContain(`look: tmux-persist roster check --roster ${box.rosterPath}\n`);
  });

  test('is not used when its copy is damaged', () => {
    const box = savedOnce();
    writeFileSync(box.rosterPath, broken);
    writeFileSync(keptRoster(box), 'users: { emo:');
    expect(box.persist('save')).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('a mistake in the settings of one user', () => {
  test('holds that user, who is saved as before it', () => {
    const box = savedOnce(rosterOfSelf('persist: { exclude: ["__*"] }\n'));
    writeFileSync(box.rosterPath, `users:\n  ${JSON.stringify(box.user)}: { persist: { keep_snapshots: 5OO } }\n`);
    for (const name of ['later', '__slot']) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
    const saved = box.persist('save');
    expect(saved).toMatchObject({ exitCode: 4, stdout: expect.stringContaining(`${box.user}: saved`) });
    expect(saved.stderr).toContain('persist.keep_snapshots must be a whole number, not "5OO"');
    expect(recordedNames(box)).toEqual(['later', 'notes']);
    box.killServer();
    for (const command of ['plan', 'apply', 'restore']) expect(box.persist(command).exitCode).toBe(4);
    expect(box.persist('plan').stdout).toContain('the roster has a mistake: user');
    expect(sessionNames(box)).toEqual([]);
    writeFileSync(box.rosterPath, rosterOfSelf());
    expect(box.persist('apply').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['later', 'notes']);
  });
});
