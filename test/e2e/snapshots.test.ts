import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { snapshotPath } from '../../src/state/state-paths.ts';
import { rosterOfSelf, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { actionFor, actionsOf, planOf } from '../support/plan-document.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { dropFromRecord, snapshotFile, snapshotIds, storedHeartbeat } from '../support/stored-record.ts';
import { sessionNames, stateFiles } from '../support/world.ts';

describe('a save', () => {
  test('writes no snapshot while only clients, their sizes, titles of programs and time change', () => {
    const box = withSession('notes');
    const running = (): string => box.tmux('display-message', '-p', '-t', '=notes:', '#{pane_current_command}').trim();
    box.tmux('send-keys', '-t', '=notes:', 'sleep 1000', 'Enter');
    waitUntil(() => running() === 'sleep', 'the program');
    box.persist('save');
    const stored = snapshotIds(box);
    attachClient(box);
    box.tmux('select-pane', '-t', '=notes:', '-T', '⠐ 37 %');
    expect(box.persist('save').stdout).toBe(`${box.user}: unchanged, 1 live\n`);
    expect(snapshotIds(box)).toEqual(stored);
  });

  test.each<[string, (box: Sandbox) => unknown]>([
    ['a session', (box) => box.tmux('new-session', '-d', '-s', 'tripit', '-c', box.home)],
    ['a window', (box) => box.tmux('new-window', '-d', '-t', '=notes:')],
    ['a pane', (box) => box.tmux('split-window', '-d', '-t', '=notes:')],
    ['a title at the prompt', (box) => box.tmux('select-pane', '-t', '=notes:', '-T', 'another title')],
    ['an option', (box) => box.tmux('set-option', '-t', '=notes:', '@title', 'x')],
    ['a name', (box) => box.tmux('rename-session', '-t', '=notes', 'remarks')],
    ['a directory', (box) => box.tmux('respawn-pane', '-k', '-t', '=notes:', '-c', box.directory('elsewhere'))],
  ])('writes one more snapshot when %s changed', (_, change) => {
    const box = withSession('notes');
    const stored = snapshotIds(box);
    change(box);
    expect(box.persist('save').exitCode).toBe(0);
    expect(snapshotIds(box).slice(1)).toEqual(stored);
  });

  test('keeps the earlier snapshots byte for byte', () => {
    const box = withSession('notes');
    const [path, text] = [snapshotFile(box), readFileSync(snapshotFile(box), 'utf8')];
    box.tmux('new-session', '-d', '-s', 'tripit', '-c', box.home);
    box.persist('save');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('notes in its heartbeat when, in which boot and with what result it ran, also when nothing changed', () => {
    const box = withSession('notes');
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const first = storedHeartbeat(box);
    const [snapshot] = snapshotIds(box);
    expect(first).toMatchObject({ bootId, result: 'saved', reason: null, lastGood: { time: first.time, snapshot } });

    box.persist('save');
    const second = storedHeartbeat(box);
    expect(second).toMatchObject({ bootId, result: 'unchanged', lastGood: { time: second.time, snapshot } });
    expect(Date.parse(second.time)).toBeGreaterThan(Date.parse(first.time));
    expect(second.recentSaves).toEqual([second.time, first.time]);
  });

  test('keeps as many snapshots as the roster says, the newest ones', () => {
    const box = sandbox({ roster: rosterOfSelf('persist: { keep_snapshots: 3 }\n') });
    const written = ['a', 'b', 'c', 'd', 'e'].map((name) => {
      box.tmux('new-session', '-d', '-s', name, '-c', box.home);
      box.persist('save');
      return snapshotIds(box)[0];
    });
    expect(snapshotIds(box)).toEqual(written.slice(-3).toReversed());
  });

  test('removes the surplus that a save left when it was cut short, also when nothing changed', () => {
    const box = sandbox({ roster: rosterOfSelf('persist: { keep_snapshots: 2 }\n') });
    for (const name of ['a', 'b']) {
      box.tmux('new-session', '-d', '-s', name, '-c', box.home);
      box.persist('save');
    }
    const kept = snapshotIds(box);
    copyFileSync(snapshotFile(box), snapshotPath(box.stateDirectory, box.user, '20250101T000000'));
    expect(box.persist('save').stdout).toContain(': unchanged, ');
    expect(snapshotIds(box)).toEqual(kept);
  });

  test('leaves nothing but records, heartbeat, lock, metrics, roster, what changed, and the view of the predecessor', () => {
    const box = withSession('notes');
    const files = [
      `${box.user}.tsv`,
      `changes/${box.user}`,
      `lock/${box.user}.lock`,
      'metrics/tmux-persist.prom',
      'roster.last-good.yaml',
      `users/${box.user}/last-save.json`,
      `users/${box.user}/snapshots/${snapshotIds(box)[0]}.json`,
    ];
    expect(stateFiles(box)).toEqual(files.toSorted());
  });
});

describe('an older snapshot', () => {
  test('offers with --at what it held as live, and nothing else', () => {
    const box = withSession('notes');
    const [then = ''] = snapshotIds(box);
    box.tmux('new-session', '-d', '-s', 'later', '-c', box.home);
    box.persist('save');
    box.stopServer();

    expect(actionsOf(planOf(box, '--at', then))).toEqual(['notes: create (server-stopped)']);
    expect(box.persist('apply', '--at', then).exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['notes']);
  });

  test('gives back by --session what the newest record does not know any more', () => {
    const box = withSession('notes');
    box.tmux('new-session', '-d', '-s', 'ancient', '-c', box.directory('code'));
    box.persist('save');
    const [holder] = snapshotIds(box);
    box.tmux('kill-session', '-t', '=ancient');
    box.persist('save');
    dropFromRecord(box, 'ancient');

    expect(actionsOf(planOf(box, '--all'))).toEqual(['notes: live']);
    expect(actionFor(planOf(box, '--session', 'ancient'), 'ancient')).toMatchObject({
      action: 'create',
      cause: null,
      fromSnapshot: holder,
    });
    expect(box.persist('apply', '--session', 'ancient').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['ancient', 'notes']);
  });

  test('is refused by --at when it is damaged, or when there is none of that id', () => {
    const box = withSession('notes');
    const unknown = box.persist('apply', '--at', '20010101T000000');
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toContain(`list them: tmux-persist snapshots ${box.user}`);
    expect(box.persist('plan', '--at', '../../etc/passwd').exitCode).toBe(2);

    const [id = ''] = snapshotIds(box);
    writeFileSync(snapshotFile(box), '');
    const damaged = box.persist('apply', '--at', id);
    expect(damaged).toMatchObject({ exitCode: 2, stdout: '' });
    expect(damaged.stderr).toContain(`snapshot ${id} of ${box.user} is damaged: it is empty`);
  });
});

function withSession(name: string): Sandbox {
  const box = sandbox();
  box.tmux('new-session', '-d', '-s', name, '-c', box.home);
  box.persist('save');
  return box;
}

/** Attaches in control mode, which needs no terminal, until the test ends. */
function attachClient(box: Sandbox): void {
  const client = spawn('tmux', ['-C', 'attach-session'], { env: { ...box.env }, stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void client.kill('SIGKILL'));
  waitUntil(() => box.tmux('list-clients') !== '', 'an attached client');
}
