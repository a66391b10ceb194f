import * as fc from 'fast-check';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { panesOf } from '../../src/core/manifest.ts';
import { looksSecret } from '../../src/core/secrets.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { rosterOfSelf, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { storedManifest } from '../support/stored-record.ts';

const roster = rosterOfSelf('persist:\n  programs: [looks, "looks-not-named all of it"]\n');

describe('a listed program in the foreground of a pane', { timeout: 60_000 }, () => {
  test('is recorded with its arguments, and started again below the shell', async () => {
    const box = boxWithPrograms();
    const notes = join(box.home, 'notes.md');
    writeFileSync(notes, 'first line\n');
    opened(box, 'notes', `tail -n 5 -f ${notes}`, 'tail');
    box.tmux('new-session', '-d', '-s', 'direct', '-c', box.home, '--', 'tail', '-f', notes);
    await foreground(box, 'direct', 'tail');
    box.tmux('new-session', '-d', '-s', 'shell', '-c', box.home, '--', '/bin/bash', '-l');

    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    const recorded = programs(box);
    expect(recorded).toEqual({
      direct: [['tail', '-f', notes]],
      notes: [['tail', '-n', '5', '-f', notes]],
      shell: [null],
    });
    expect(box.persist('show', box.user).stdout).toContain(`tail -n 5 -f ${notes}`.slice(0, 50));

    box.killServer();
    const plan = box.persist('plan');
    expect(plan.stdout).toMatch(/\+ notes +~ +tail -n 5 -f \//);
    expect(plan.stdout).toMatch(/\+ shell +~ +shell/);
    expect(JSON.parse(box.persist('plan', '--json').stdout)).toMatchObject({
      users: [
        { actions: [{}, { session: 'notes', program: { argv: ['tail', '-n', '5', '-f', notes] } }, { program: null }] },
      ],
    });

    const applied = box.persist('apply');
    expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
    expect(applied.stdout).toMatch(/created notes in ~, tail -n 5 -f/);
    // Whatever the moment: the shell may still be reading its profile.
    expect(programs(box)).toEqual(recorded);
    await foreground(box, 'notes', 'tail');
    await foreground(box, 'direct', 'tail');
    await expect.poll(() => screen(box, 'notes')).toContain('first line');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(programs(box)).toEqual(recorded);
    expect(panesIn(box, 'notes')).toMatchObject([
      { cwd: box.home, shell: { program: expect.stringMatching(/bash$/) } },
    ]);
  });

  test.runIf(isInstalled('vim') && isInstalled('less'))(
    'is an editor or a pager that shows its file again',
    async () => {
      const box = boxWithPrograms();
      const notes = join(box.home, 'my notes.md');
      writeFileSync(notes, 'the words in it\n');
      opened(box, 'editor', `vim '${notes}'`, 'vim');
      opened(box, 'pager', `less -S '${notes}'`, 'less');
      await crash(box);
      for (const session of ['editor', 'pager']) {
        await expect.poll(() => screen(box, session)).toMatch(/the words in it|swap file/i);
      }
      expect(box.persist('save')).toMatchObject({ exitCode: 0 });
      expect(programs(box)).toEqual({ editor: [['vim', notes]], pager: [['less', '-S', notes]] });
    },
  );

  test('leaves the shell when it ends, without a word', async () => {
    const box = boxWithPrograms();
    opened(box, 'looking', 'looks', 'looks');
    await crash(box);
    await foreground(box, 'looking', 'looks');
    box.tmux('send-keys', '-t', '=looking:', 'C-c');
    answers(box, 'looking');
    expect(screen(box, 'looking')).not.toContain('[tmux-persist]');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(programs(box)).toEqual({ looking: [null] });
  });

  test('goes on after Ctrl-Z when its user leaves the shell, and is still recorded', async () => {
    const box = boxWithPrograms();
    opened(box, 'looking', 'looks', 'looks');
    await crash(box);
    await foreground(box, 'looking', 'looks');
    box.tmux('send-keys', '-t', '=looking:', 'C-z');
    answers(box, 'looking');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(programs(box)).toEqual({ looking: [[join(box.home, 'programs/looks')]] });
    box.tmux('send-keys', '-t', '=looking:', 'exit', 'Enter');
    await foreground(box, 'looking', 'looks');
  });

  test('that is not there any more is said in the pane, which has a shell', async () => {
    const box = boxWithPrograms();
    opened(box, 'looking', 'looks', 'looks');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    box.killServer();
    chmodSync(join(box.home, 'programs/looks'), 0o644);
    expect(box.persist('apply')).toMatchObject({ exitCode: 0 });
    await expect.poll(() => screen(box, 'looking')).toContain('[tmux-persist] looks could not be started');
    answers(box, 'looking');
  });

  test('sees the size that its pane keeps, also when it looks only once', async () => {
    const box = boxWithPrograms();
    box.tmux('new-session', '-d', '-s', 'four', '-x', '163', '-y', '47', '-c', box.home, '--', ...shell);
    for (let more = 1; more < 4; more += 1) {
      box.tmux('split-window', '-t', '=four:', '-c', box.home, '--', ...shell);
      box.tmux('select-layout', '-t', '=four:', 'tiled');
    }
    box.tmux('select-layout', '-t', '=four:', 'main-vertical');
    for (const pane of [0, 1, 2, 3]) typed(box, `=four:.${pane}`, `looks ${pane}`);
    await expect.poll(() => sizesSeen(box).length).toBe(4);
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    box.killServer();
    for (const pane of [0, 1, 2, 3]) writeFileSync(join(box.home, `size-${pane}`), '');
    expect(box.persist('apply')).toMatchObject({ exitCode: 0 });
    await expect.poll(() => sizesSeen(box).length).toBe(4);
    const sizes = box.tmux('list-panes', '-t', '=four:', '-F', '#{pane_height} #{pane_width}').trim().split('\n');
    expect(sizesSeen(box)).toEqual(sizes);
  });

  test('comes back whatever its arguments are, unless one looks like a secret', async () => {
    const box = boxWithPrograms();
    const word = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll(/[\0\uFFFD]/g, ''));
    const hostile = fc.constantFrom(
      '',
      ';',
      'a;',
      '#{pane_id}',
      '#(id)',
      '$(id)',
      '`id`',
      '--',
      "'",
      '"',
      '\\',
      '~',
      '\u001b[31m',
      '\n',
      '日本',
      'pane-agent',
      'program',
      '-i',
    );
    const [lines = []] = fc.sample(
      fc.array(fc.array(fc.oneof(word, hostile), { maxLength: 5 }), { minLength: 20, maxLength: 20 }),
      1,
    );
    const path = join(box.home, 'programs/looks');
    const secrets = [['--password=hunter22'], ['https://me:hunter22@example.org']];
    const wanted = [...lines, ...secrets].map((args) => [path, ...args]);
    for (const [at, argv] of wanted.entries()) {
      const words = ['sh', '-c', 'exec "$@"', 'sh', ...argv].map(literal);
      if (at === 0) box.tmux('new-session', '-d', '-s', 'all', '-c', box.home, '--', ...words);
      else box.tmux('new-window', '-d', '-t', `=all:${at}`, '-c', box.home, '--', ...words);
    }
    await expect.poll(() => running(box).length, { timeout: 20_000 }).toBe(wanted.length);
    const expected = wanted.map((argv) => (looksSecret(argv) ? null : argv));
    expect(expected.slice(-2)).toEqual([null, null]);
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(programs(box)).toEqual({ all: expected });
    box.killServer();
    expect(box.persist('apply')).toMatchObject({ exitCode: 0, stderr: '' });
    const started = expected.filter((argv) => argv !== null);
    await expect.poll(() => running(box), { timeout: 40_000 }).toEqual(started);
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(programs(box)).toEqual({ all: expected });
  });
});

describe('the list of programs', { timeout: 60_000 }, () => {
  test('leaves what is not on it, and part of a pipe line, and what reads or writes a file', async () => {
    const box = boxWithPrograms();
    const file = join(box.home, 'file');
    writeFileSync(file, 'text\n');
    opened(box, 'piped', `tail -f ${file} | cat`, 'tail');
    opened(box, 'redirected', `tail -f ${file} >${file}.out`, 'tail');
    opened(box, 'unlisted', 'sleep 1000', 'sleep');
    opened(box, 'background', `tail -f ${file} & sleep 999`, 'sleep');
    opened(box, 'other-words', 'looks-not-named some of it', 'looks-not-named');
    opened(box, 'whole-line', 'looks-not-named all of it', 'looks-not-named');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(programs(box)).toEqual({
      background: [null],
      'other-words': [null],
      piped: [null],
      redirected: [null],
      unlisted: [null],
      'whole-line': [[join(box.home, 'programs/looks-not-named'), 'all', 'of', 'it']],
    });
  });

  test('is empty where the roster says off: nothing is recorded, and nothing recorded before is started', async () => {
    const box = boxWithPrograms();
    opened(box, 'looking', 'looks', 'looks');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(programs(box)).toMatchObject({ looking: [expect.anything()] });
    writeFileSync(box.rosterPath, rosterOfSelf('persist:\n  programs: off\n'));
    box.killServer();
    expect(box.persist('plan').stdout).toMatch(/\+ looking +~ +shell/);
    expect(box.persist('apply')).toMatchObject({ exitCode: 0 });
    answers(box, 'looking');
    expect(programs(box)).toEqual({ looking: [null] });
  });
});

const shell = ['/bin/bash', '-l'] as const;

function isInstalled(name: string): boolean {
  return existsSync(`/usr/bin/${name}`);
}

/** A program that says how large its terminal was, and its name: `looks`, and one that no list names alone. */
function boxWithPrograms(): Sandbox {
  const box = sandbox({ roster });
  const bin = join(box.home, 'programs');
  mkdirSync(bin);
  for (const name of ['looks', 'looks-not-named']) {
    const text =
      '#!/bin/sh\nstty size >"$HOME/size-$1" 2>/dev/null\necho "$0 looks"\nwhile :; do read line || sleep 1; done\n';
    writeFileSync(join(bin, name), text, { mode: 0o755 });
  }
  writeFileSync(join(box.home, '.profile'), 'PATH="$HOME/programs:$PATH"\nPS1="\\$ "\nunset HISTFILE\n');
  return box;
}

/** A session whose shell was given a command line, once its program is in the foreground. */
function opened(box: Sandbox, session: string, line: string, command: string): void {
  box.tmux('new-session', '-d', '-s', session, '-x', '120', '-c', box.home, '--', ...shell);
  typed(box, `=${session}:`, line);
  waitUntil(() => current(box, session) === command, `${command} in ${session}`);
}

function typed(box: Sandbox, pane: string, line: string): void {
  box.tmux('send-keys', '-t', pane, line, 'Enter');
}

async function crash(box: Sandbox): Promise<void> {
  expect(box.persist('save')).toMatchObject({ exitCode: 0 });
  box.killServer();
  expect(box.persist('apply')).toMatchObject({ exitCode: 0, stderr: '' });
}

async function foreground(box: Sandbox, session: string, command: string): Promise<void> {
  await expect.poll(() => current(box, session)).toBe(command);
}

function current(box: Sandbox, session: string): string {
  const pid = box.tmux('display-message', '-p', '-t', `=${session}:`, '#{pane_pid}').trim();
  return (quiet(() => readFileSync(`/proc/${foregroundOf(pid)}/comm`, 'utf8')) ?? '').trim();
}

function screen(box: Sandbox, session: string): string {
  return box.tmux('capture-pane', '-p', '-J', '-t', `=${session}:`);
}

/** The leader of the group in the foreground of the process's terminal. */
function foregroundOf(pid: string): string {
  return (
    quiet(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
      ?.replace(/^.*\) /s, '')
      .split(' ')[5] ?? ''
  );
}

/** Waits until the shell of the pane does what is typed. */
function answers(box: Sandbox, session: string): void {
  waitUntil(() => current(box, session) === 'bash', `the shell in ${session}`);
  const answer = join(box.home, `answer-of-${session}`);
  typed(box, `=${session}:`, `echo yes >${answer}`);
  waitUntil(() => quiet(() => readFileSync(answer, 'utf8')) === 'yes\n', `an answer in ${session}`);
}

function quiet(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function sizesSeen(box: Sandbox): readonly string[] {
  return [0, 1, 2, 3].flatMap(
    (pane) => quiet(() => readFileSync(join(box.home, `size-${pane}`), 'utf8'))?.trim() || [],
  );
}

/** The arguments of the programs that run in the panes now, in the order of windows. */
function running(box: Sandbox): readonly (readonly string[])[] {
  const pids = box.tmux('list-panes', '-s', '-t', '=all:', '-F', '#{pane_pid}').trim().split('\n');
  return pids.flatMap((pid) => {
    const argv = (quiet(() => readFileSync(`/proc/${foregroundOf(pid)}/cmdline`, 'utf8')) ?? '')
      .split('\0')
      .slice(0, -1);
    return argv[1] === join(box.home, 'programs/looks') ? [argv.slice(1)] : [];
  });
}

function panesIn(box: Sandbox, name: string) {
  return panesOf(storedManifest(box).sessions.find((entry) => entry.name === name) ?? { windows: [] });
}

function programs(box: Sandbox): Readonly<Record<string, readonly (readonly string[] | null)[]>> {
  return Object.fromEntries(
    storedManifest(box).sessions.map((entry) => [
      entry.name,
      panesOf(entry).map(({ program }) => program?.argv ?? null),
    ]),
  );
}

/** A word of a tmux command line that ends no command. */
function literal(word: string): string {
  return word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word;
}
