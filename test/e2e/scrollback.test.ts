import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import { type PersistResult, rosterOfSelf, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { snapshotFile, snapshotIds } from '../support/stored-record.ts';

const on = rosterOfSelf('persist:\n  scrollback: 500\n');

describe('where the roster wants it, the content of a pane', { timeout: 60_000 }, () => {
  test('is shown above the new prompt after a crash, with its colours, and the shell is as ever', async () => {
    const box = boxOf(on);
    opened(box, 'work');
    typed(box, 'work', String.raw`seq 1 200; printf '\033[31mred words\033[0m\n'`, 'red words');
    expect(box.persist('save')).toMatchObject({ exitCode: 0, stderr: '' });
    box.killServer();
    expect(box.persist('apply')).toMatchObject({ exitCode: 0, stderr: '' });
    await expect.poll(() => screen(box, 'work')).toMatch(/\n1\n2\n[^]*\n200\n[^]*red words\n[^]*prompt>\n*$/);
    expect(box.tmux('capture-pane', '-e', '-p', '-S', '-', '-t', '=work:')).toContain('\u001b[31mred words');
    typed(box, 'work', 'echo it works', 'it works');
    expect(box.persist('save')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(box.persist('plan').stdout).toContain('Plan: nothing to do');
    expect(box.tmux('list-panes', '-a', '-F', '#{pane_current_command}')).toBe('bash\n');
  });

  test('is behind an editor and not the editor’s own screen', async () => {
    const box = boxOf(on);
    opened(box, 'work');
    typed(box, 'work', 'echo before; seq 1 60; echo covered', 'covered');
    typed(box, 'work', String.raw`printf '\033[?1049h'; echo editor $((40+2)); sleep 1000`, 'editor 42');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    const [text = ''] = keptTexts(box);
    expect(text).toContain('before');
    expect(text).toContain('covered');
    expect(text).not.toContain('editor 42');
  });

  test('is kept compressed for root and its user alone, and nowhere else', () => {
    const box = boxOf(on);
    opened(box, 'work');
    typed(box, 'work', 'echo pass$((40+2))word', 'pass42word');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(keptTexts(box).join('')).toContain('pass42word');
    for (const path of [directoryOf(box), ...kept(box)]) expect(statSync(path).mode & 0o007).toBe(0);
    expect(readFileSync(snapshotFile(box), 'utf8')).not.toContain('pass42word');
    expect(kept(box).every((path) => !readFileSync(path).includes('pass42word'))).toBe(true);
  });

  test('is taken again only when it has changed, and makes no snapshot', async () => {
    const box = boxOf(on);
    for (const name of ['idle', 'busy']) opened(box, name);
    // A pane that has changed in the same second is taken once more.
    await expect.poll(() => settledNames(box), { timeout: 10_000, interval: 300 }).toHaveLength(2);
    const before = times(box);
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(times(box)).toEqual(before);
    const snapshots = snapshotIds(box);
    typed(box, 'busy', 'echo more', 'more');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(times(box).filter((one) => before.includes(one))).toHaveLength(1);
    expect(kept(box)).toHaveLength(2);
    expect(keptTexts(box).filter((text) => text.includes('more'))).toHaveLength(1);
    expect(snapshotIds(box)).toEqual(snapshots);
  });

  test('is that of its own server, where two of them number their panes alike', async () => {
    const box = boxOf(on);
    writeFileSync(
      box.rosterPath,
      rosterOfSelf(`persist: { scrollback: 500, sockets: [${JSON.stringify(`${box.home}/*`)}] }\n`),
    );
    const persist = (...args: readonly string[]): PersistResult =>
      box.persistIn({ TMUX_PERSIST_SOCKET_NAME: undefined }, ...args);
    const socket = join(box.directory('elsewhere'), 'further');
    const further = (...args: readonly string[]): string => box.tmux('-S', socket, ...args);
    opened(box, 'work');
    typed(box, 'work', 'echo on the first $((40+2))', 'on the first 42');
    further('new-session', '-d', '-s', 'work', '-c', box.home, '--', '/bin/bash', '-l');
    onTestFinished(() => void further('kill-server'));
    further('send-keys', '-t', '=work:', 'echo on the second $((40+2))', 'Enter');
    const seconds = (): string => further('capture-pane', '-p', '-S', '-', '-t', '=work:');
    await expect.poll(seconds).toContain('on the second 42\n');
    expect(persist('save')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(kept(box)).toHaveLength(2);
    further('kill-server');
    // The first server keeps its sessions: only those of the second one are lost.
    expect(persist('apply', '--all')).toMatchObject({ exitCode: 0, stderr: '' });
    await expect.poll(seconds).toContain('on the second 42\n');
    expect(seconds()).not.toContain('on the first 42');
    expect(keptTexts(box).filter((text) => text.includes('on the first 42'))).toHaveLength(1);
  });

  test('goes with its pane’s record, and all of it when the roster says off', () => {
    const box = boxOf(on);
    for (const name of ['one', 'two']) opened(box, name);
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(kept(box)).toHaveLength(2);
    writeFileSync(box.rosterPath, rosterOfSelf());
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(kept(box)).toHaveLength(0);
  });

  test('fails no save when it cannot be kept, which is said', () => {
    const box = boxOf(on);
    opened(box, 'work');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    rmSync(directoryOf(box), { recursive: true });
    writeFileSync(directoryOf(box), 'in the way');
    opened(box, 'more');
    const result = box.persist('save');
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toMatch(/warning.*scrollback is not kept/);
    expect(snapshotIds(box)).toHaveLength(2);
  });

  test('that somebody has damaged is not shown, and its session comes back', async () => {
    const box = boxOf(on);
    opened(box, 'work');
    typed(box, 'work', 'echo words before', 'words before');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    for (const path of kept(box)) writeFileSync(path, 'no gzip');
    box.killServer();
    expect(box.persist('apply')).toMatchObject({ exitCode: 0, stderr: '' });
    typed(box, 'work', 'echo it works', 'it works');
    expect(screen(box, 'work')).not.toContain('words before');
  });
});

test('without it in the roster, nothing of a screen is kept', () => {
  const box = boxOf(rosterOfSelf());
  opened(box, 'work');
  expect(box.persist('save')).toMatchObject({ exitCode: 0 });
  expect(existsSync(directoryOf(box))).toBe(false);
});

function boxOf(roster: string): Sandbox {
  const box = sandbox({ roster });
  writeFileSync(join(box.home, '.profile'), 'PS1="prompt> "\nunset HISTFILE\n');
  return box;
}

function opened(box: Sandbox, session: string): void {
  box.tmux('new-session', '-d', '-s', session, '-x', '100', '-c', box.home, '--', '/bin/bash', '-l');
  waitUntil(() => screen(box, session).includes('prompt>'), `a prompt in ${session}`);
}

function typed(box: Sandbox, session: string, line: string, thenShows: string): void {
  box.tmux('send-keys', '-t', `=${session}:`, '-l', line);
  box.tmux('send-keys', '-t', `=${session}:`, 'Enter');
  waitUntil(() => screen(box, session).split('\n').includes(thenShows), `"${thenShows}" in ${session}`);
}

function screen(box: Sandbox, session: string): string {
  return box.tmux('capture-pane', '-p', '-S', '-', '-t', `=${session}:`);
}

function directoryOf({ stateDirectory, user }: Sandbox): string {
  return join(stateDirectory, 'users', user, 'scrollback');
}

function kept(box: Sandbox): readonly string[] {
  const directory = directoryOf(box);
  return existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
}

function keptTexts(box: Sandbox): readonly string[] {
  return kept(box).map((path) => gunzipSync(readFileSync(path)).toString('utf8'));
}

function times(box: Sandbox): readonly string[] {
  return kept(box).map((path) => `${path} ${statSync(path).mtimeMs}`);
}

/** Saves, and gives the files of panes that had not changed in the second of the save. */
function settledNames(box: Sandbox): readonly string[] {
  expect(box.persist('save')).toMatchObject({ exitCode: 0 });
  return kept(box).filter((path) => !path.endsWith('.0.gz'));
}
