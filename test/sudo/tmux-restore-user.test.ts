import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argument, scriptBox } from './script-box.ts';

const unreadOutput = join(import.meta.dirname, 'unread-output.pl');

const bad: readonly (readonly [string, readonly string[]])[] = [
  ['no argument', []],
  ['an empty one', ['']],
  ['two users', ['emo', 'anca']],
  ['a user twice', ['emo', 'emo']],
  ['a user and an empty argument', ['emo', '']],
  ['an option', ['--all']],
  ['a short option', ['-h']],
  ['an option after the user', ['emo', '--all']],
  ['the end of options', ['--']],
  ['the end of options and a user', ['--', 'emo']],
  ['a dash', ['-']],
  ['two users in one argument', ['emo anca']],
  ['two users on two lines', ['emo\nanca']],
  ['a newline after the user', ['emo\n']],
  ['a newline before the user', ['\nemo']],
  ['a carriage return', ['emo\r']],
  ['a tab', ['emo\t']],
  ['spaces around', [' emo ']],
  ['a dot', ['.']],
  ['the parent directory', ['..']],
  ['a path', ['../emo']],
  ['an absolute path', ['/home/emo']],
  ['a star', ['*']],
  ['a glob', ['em?']],
  ['a class', ['[e]mo']],
  ['a command', ['$(id)']],
  ['backticks', ['`id`']],
  ['a variable', ['$USER']],
  ['two commands', ['emo;id']],
  ['a quote', ["emo'"]],
  ['an assignment', ['TMUX_PERSIST_ROSTER=/tmp/x']],
  ['a number', ['1000']],
  ['a Cyrillic look-alike', ['еmo']],
  ['a full-width look-alike', ['ｅｍｏ']],
  ['a letter of another locale', ['émo']],
  ['a zero-width space', ['emo\u200B']],
  ['a combining mark', ['emo\u0301']],
  ['a name that is longer than any', ['e'.repeat(201)]],
  ['an escape sequence', ['\u001B[31memo']],
];

const shells = ['/bin/dash', '/bin/bash'] as const;

describe.each(shells)('tmux-restore-user, run by %s', (shell) => {
  test.each(['emo', 'Emo', '_svc', 'anca.milea', 'k8s-user', 'a1'])(
    'passes the user %s on, and nothing else',
    (user) => {
      const box = scriptBox(shell);
      expect(box.run([user])).toEqual({ status: 0, stdout: 'the result\n', stderr: '' });
      expect(box.passed()).toEqual(['restore', '--', user]);
    },
  );

  test.each(bad)('refuses %s with the status 2 and a reason, and restores nobody', (_, args) => {
    const box = scriptBox(shell);
    const { status, stdout, stderr } = box.run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^tmux-restore-user: [ -~]+\n$/);
    expect(box.passed()).toBeNull();
  });

  test('passes on exactly one plain name, whatever it is given', () => {
    const box = scriptBox(shell);
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 3 }), (args) => {
        box.forget();
        const { status } = box.run(args);
        const [user] = args;
        const isPlain = args.length === 1 && user !== undefined && /^[A-Za-z_][A-Za-z0-9._-]*$/.test(user);
        expect({ status, passed: box.passed() }).toEqual(
          isPlain ? { status: 0, passed: ['restore', '--', user] } : { status: 2, passed: null },
        );
      }),
      { numRuns: 50 },
    );
  });

  test.each([1, 2, 4, 5, 143])('ends with the status %i of the program, and with its words', (status) => {
    const box = scriptBox(shell);
    box.answer(status, 'words of the program');
    expect(box.run(['emo'])).toEqual({ status, stdout: 'the result\n', stderr: 'words of the program\n' });
  });

  test('lets nothing of the environment, the directory or the umask of its caller count', () => {
    const box = scriptBox(shell);
    const { status } = spawnSync('/bin/sh', ['-c', 'umask 0777; exec "$@"', 'sh', shell, box.script, 'emo'], {
      cwd: box.directory,
      env: {
        PATH: '/nowhere',
        HOME: '/nowhere',
        LANG: 'tr_TR.UTF-8',
        LC_ALL: 'tr_TR.UTF-8',
        IFS: 'm',
        ENV: '/nowhere',
        BASH_ENV: '/nowhere',
        NODE_OPTIONS: '--require=/nowhere',
        TMUX: '/tmp/tmux-1000/default,1,0',
        TMUX_TMPDIR: '/nowhere',
        TMUX_PERSIST_ROSTER: '/nowhere',
        TMUX_PERSIST_STATE_DIR: '/nowhere',
        TMUX_PERSIST_SOCKET_NAME: 'other',
      },
    });
    expect(status).toBe(0);
    expect(box.passed()).toEqual(['restore', '--', 'emo']);
    // PWD and the like are set by the shell that runs the stand-in.
    expect(box.seen('environment').filter((line) => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line))).toEqual([
      'HOME=/root',
      'LANG=C.UTF-8',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ]);
    expect(box.seen('place')).toEqual(['/ 0022 /dev/null']);
  });

  test('works with its input closed', () => {
    const box = scriptBox(shell);
    const { status } = spawnSync('/bin/sh', ['-c', 'exec "$@" <&-', 'sh', shell, box.script, 'emo']);
    expect(status).toBe(0);
    expect(box.seen('place')).toEqual(['/ 0022 /dev/null']);
  });

  test('is held up by no terminal and no pipe that nobody reads, and holds no lock meanwhile', async () => {
    const runs = ['terminal', 'pipe', 'full-pipe'].map(async (kind) => {
      const box = scriptBox(shell);
      // More than a pipe or a terminal takes.
      box.answer(1, 'words of the program', 'yes a line of a long answer | head -c 300000');
      const argv = [unreadOutput, kind, shell, box.script, 'emo'];
      return { box, told: await promisify(execFile)('perl', argv, { timeout: 25_000 }) };
    });
    for (const { box, told } of await Promise.all(runs)) {
      expect(told).toEqual({ stdout: 'the second: 1, beside the first\nthe first: 1\n', stderr: '' });
      expect(box.seen('descriptors')).toEqual([]);
      expect(box.seen('terminal')).toEqual([]);
    }
  });

  test('refuses a second run for the same user at once, with the status 5, and lets one for another user pass', async () => {
    const box = scriptBox(shell);
    box.answer(0, '', `[ "$3" = emo ] || exit 0; exec 9<'${box.directory}/gate'`);
    execFileSync('mkfifo', [join(box.directory, 'gate')]);
    const first = spawn(shell, [box.script, 'emo'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => first.on('close', resolve));
    await expect.poll(() => box.passed()).not.toBeNull();
    // It would wait for ever: the first one stays until the gate opens.
    for (let run = 1; run <= 3; run += 1) {
      expect(box.run(['emo'])).toEqual({
        status: 5,
        stdout: '',
        stderr: 'tmux-restore-user: another run brings back the sessions of emo: try again in half a minute\n',
      });
    }
    expect(box.run(['anca']).status).toBe(0);
    writeFileSync(join(box.directory, 'gate'), '');
    expect(await ended).toBe(0);
    box.answer(0, '');
    expect(box.run(['emo']).status).toBe(0);
  });

  test('keeps the beginning of an answer that is too long, and says so', () => {
    const box = scriptBox(shell);
    box.answer(0, '', 'yes 123456789 | head -c 300000; yes 123456789 | head -c 300000 >&2');
    const { status, stdout, stderr } = box.run(['emo']);
    expect(status).toBe(0);
    for (const text of [stdout, stderr]) {
      expect(text.endsWith('\n(the rest is left out)\n')).toBe(true);
      expect(text.replace('\n(the rest is left out)\n', '')).toHaveLength(65_536);
    }
  });

  test.each(['>&-', '2>&-', '>&- 2>&- <&-', '>/dev/full 2>/dev/full'])(
    'ends as the restore does with %s',
    (closing) => {
      const box = scriptBox(shell);
      box.answer(4, 'words of the program');
      expect(spawnSync('/bin/sh', ['-c', `exec "$@" ${closing}`, 'sh', shell, box.script, 'emo']).status).toBe(4);
      expect(box.passed()).toEqual(['restore', '--', 'emo']);
    },
  );

  test('under systemd runs the program in a unit of its own', () => {
    const box = scriptBox(shell, { systemd: true });
    box.answer(4, 'words of the program');
    expect(box.run(['emo'])).toEqual({ status: 4, stdout: 'the result\n', stderr: 'words of the program\n' });
    const passed = box.passed() ?? [];
    const end = passed.indexOf('--');
    expect(passed.slice(end)).toEqual(['--', join(box.directory, 'program'), 'restore', '--', 'emo']);
    expect(passed.slice(0, end)).toEqual(expect.arrayContaining(['--wait', '--pipe', '--property=KillMode=process']));
  });

  test('runs the program itself where systemd cannot be asked', () => {
    const box = scriptBox(shell, { systemd: true, bus: false });
    expect(box.run(['emo']).status).toBe(0);
    expect(box.passed()).toEqual(['restore', '--', 'emo']);
  });

  test('is for root alone', () => {
    const box = scriptBox(shell, { uid: 1000 });
    expect(box.run(['emo'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('only root restores for others'),
    });
    expect(box.passed()).toBeNull();
  });

  test('restores nobody where no roster says who there is', () => {
    const box = scriptBox(shell, { roster: false });
    expect(box.run(['root'])).toMatchObject({ status: 2, stderr: expect.stringContaining('no roster') });
    expect(box.passed()).toBeNull();
  });
});
