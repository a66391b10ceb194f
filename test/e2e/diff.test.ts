import { describe, expect, test } from 'vitest';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { snapshotIds } from '../support/stored-record.ts';
import { stateFiles } from '../support/world.ts';

describe('diff', () => {
  test('of the newest record and what runs tells nothing while nothing changed, and stores nothing', () => {
    const box = withSession();
    const [id = ''] = snapshotIds(box);
    const files = stateFiles(box);
    const { exitCode, stdout, stderr } = box.persist('diff', box.user);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`${box.user}: no difference between ${id} and now\n`);
    expect(stateFiles(box)).toEqual(files);
  });

  test('shows what opened and moved since the newest record', () => {
    const box = withSession();
    const elsewhere = box.directory('elsewhere');
    box.tmux('respawn-pane', '-k', '-t', '=notes:', '-c', elsewhere);
    box.tmux('new-session', '-d', '-s', 'tripit', '-c', box.home);
    const lines = box.persist('diff', box.user).stdout.split('\n');
    expect(lines.slice(0, 2)).toEqual([
      expect.stringMatching(new RegExp(String.raw`^--- ${box.user} ${snapshotIds(box)[0]}\t`)),
      expect.stringMatching(new RegExp(String.raw`^\+\+\+ ${box.user} now\t`)),
    ]);
    expect(changed(lines)).toEqual([
      `-      in ${box.home}`,
      `+      in ${elsewhere}`,
      '+session tripit: live',
      `+  starts in ${box.home}`,
      '+  window 0 (active)',
      '+    pane 0 (active)',
      `+      in ${box.home}`,
      expect.stringMatching(/^\+ {6}shell \//),
      expect.stringMatching(/^\+ {6}title ./),
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^@@ .* @@ notes, window 0, pane 0$/));
  });

  test('says of a lost session why it is gone', () => {
    const box = withSession();
    box.killServer();
    expect(changed(box.persist('diff', box.user).stdout.split('\n'))).toEqual([
      '-session notes: live',
      expect.stringMatching(/^\+session notes: gone, server died 20\d\d-\d\d-\d\d \d\d:\d\d$/),
    ]);
  });

  test('compares an older record with what runs, and two records without a look at tmux', () => {
    const box = withSession();
    const [older = ''] = snapshotIds(box);
    box.tmux('new-window', '-t', '=notes:', '-n', 'logs', '-c', box.home);
    box.persist('save');
    box.tmux('rename-window', '-t', '=notes:logs', 'journal');
    const toNow = changed(box.persist('diff', box.user, older).stdout.split('\n'));
    expect(toNow).toContain('+  window 1 journal (active)');
    box.killServer();
    const between = changed(box.persist('diff', box.user, older, 'latest').stdout.split('\n'));
    expect(between).toContain('+  window 1 logs (active)');
    expect(between).not.toContain('-session notes: live');
    const back = changed(box.persist('diff', box.user, 'latest', older).stdout.split('\n'));
    expect(back).toContain('-  window 1 logs (active)');
  });

  test('prints with --json one document of the differences', () => {
    const box = withSession();
    const [id = ''] = snapshotIds(box);
    box.tmux('rename-window', '-t', '=notes:', 'logs');
    const { exitCode, stdout } = box.persist('diff', box.user, '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      formatVersion: 1,
      kind: 'diff',
      user: box.user,
      before: { snapshot: id },
      after: { snapshot: null },
      differs: true,
      differences: [
        { session: 'notes', window: 0, pane: null, removed: ['window 0 (active)'], added: ['window 0 logs (active)'] },
      ],
    });
    expect(JSON.parse(box.persist('diff', box.user, 'latest', id, '--json').stdout)).toMatchObject({
      differs: false,
      differences: [],
    });
  });

  test('refuses a user without a record, and a word that means no snapshot', () => {
    const box = sandbox();
    const nothing = box.persist('diff', box.user);
    expect(nothing).toMatchObject({ exitCode: 2, stdout: '' });
    expect(nothing.stderr).toContain(`nothing is recorded of ${box.user} yet`);
    box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
    box.persist('save');
    const unknown = box.persist('diff', box.user, '2001');
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toContain(`${box.user} has no snapshot "2001"`);
    expect(box.persist('diff', 'nobody-at-all').exitCode).toBe(2);
  });

  test('is incomplete and shows no loss when tmux cannot be observed', () => {
    const box = withSession();
    const pid = box.serverPid();
    process.kill(pid, 'SIGSTOP');
    const { exitCode, stdout, stderr } = box.persist('diff', box.user);
    process.kill(pid, 'SIGCONT');
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toContain(`${box.user}: tmux is unknown`);
  });
});

describe('the word for a snapshot', () => {
  test('may be latest or the beginning of one id, for show and for --at as for diff', () => {
    const box = withSession();
    const [id = ''] = snapshotIds(box);
    const whole = box.persist('show', box.user, id).stdout;
    for (const word of ['latest', id.slice(0, -2)]) {
      expect(box.persist('show', box.user, word).stdout).toBe(whole);
      expect(box.persist('diff', box.user, word).exitCode).toBe(0);
    }
    box.tmux('kill-session', '-t', '=notes');
    expect(box.persist('plan', '--at', 'latest').stdout).toContain('+ notes');
    expect(box.persist('plan', '--at', id.slice(0, 8)).stdout).toContain('+ notes');
  });

  test('that begins several ids is refused with their names', () => {
    const box = withSession();
    box.tmux('new-session', '-d', '-s', 'tripit', '-c', box.home);
    box.persist('save');
    const ids = snapshotIds(box);
    for (const args of [
      ['show', box.user, '20'],
      ['diff', box.user, '20'],
      ['plan', '--at', '20'],
    ]) {
      const { exitCode, stdout, stderr } = box.persist(...args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain(`"20" begins 2 snapshots of ${box.user}: ${ids.join(', ')}`);
    }
  });
});

function withSession(): Sandbox {
  const box = sandbox();
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
  box.persist('save');
  return box;
}

/** The lines with a sign, without the two that name the records. */
function changed(lines: readonly string[]): readonly string[] {
  return lines.slice(2).filter((line) => /^[-+]/.test(line));
}
