import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const original = readFileSync(join(repository, 'sudo/tmux-restore-user'), 'utf8');
const unreadOutput = join(import.meta.dirname, 'unread-output.pl');
const shells = ['/bin/dash', '/bin/bash'] as const;

const bad: readonly (readonly [string, readonly string[]])[] = [
  ['no argument', []],
  ['an empty one', ['']],
  ['two users', ['emo', 'anca']],
  ['a user twice', ['emo', 'emo']],
  ['a user and an empty argument', ['emo', '']],
  ['an option', ['--all']],
  ['a short option', ['-h']],
  ['an option after the user', ['emo', '--json']],
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
      { numRuns: 100 },
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
    await expect.poll(() => box.passed(), { timeout: 10_000 }).not.toBeNull();
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

/** From plain names to anything that can be an argument. */
const argument = fc
  .oneof(
    fc.string({ unit: fc.constantFrom(...Array.from('aZ_09.-')), maxLength: 6 }),
    fc.string({ unit: fc.constantFrom(...Array.from('ao \n\t-./*?[]$;\'"\\`~#|&<>(){}!=')), maxLength: 6 }),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc
      .tuple(fc.constantFrom('emo', 'anca'), fc.string({ unit: 'binary', maxLength: 1 }))
      .map((parts) => parts.join('')),
  )
  .filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text));

interface ScriptBox {
  readonly directory: string;
  readonly script: string;
  readonly run: (args: readonly string[]) => {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  };
  /** How the stand-in for the program is to end, and what else it is to do before. */
  readonly answer: (status: number, words: string, work?: string) => void;
  /** The arguments that it was given; null when it did not run. */
  readonly passed: () => readonly string[] | null;
  /** What it noted of its environment, or of its directory, umask and input, or of what else it was given. */
  readonly seen: (what: 'environment' | 'place' | 'descriptors' | 'terminal') => readonly string[];
  readonly forget: () => void;
}

/** The script as it is, but for where it finds the host: each of its paths leads to a stand-in that notes what it is given. */
function scriptBox(shell: string, { systemd = false, bus = true, roster = true, uid = 0 } = {}): ScriptBox {
  const directory = mkdtempSync(join(tmpdir(), 'restore-user-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const at = (name: string): string => join(directory, name);
  const standIns: Readonly<Record<string, string>> = {
    'command=/usr/local/lib/tmux-persist/bin/tmux-persist\n': `command=${at('program')}\n`,
    'records=/var/lib/tmux-persist/users\n': `records=${at('records')}\n`,
    'set -- systemd-run ': `set -- ${at('program')} `,
    '"$(id -u)"': `"$(${at('id')} -u)"`,
    '/run/systemd/system ': `${systemd ? directory : at('missing')} `,
    '/run/dbus/system_bus_socket ': `${bus ? directory : at('missing')} `,
    '/etc/tmux-persist/roster.yaml ': `${at('missing')} `,
    '/etc/ttyd-user-map ': `${roster ? at('roster') : at('missing')} `,
  };
  let text = original;
  for (const [words, standIn] of Object.entries(standIns)) {
    expect(text).toContain(words);
    text = text.replaceAll(words, standIn);
  }
  writeFileSync(at('script'), text);
  writeFileSync(at('roster'), '');
  mkdirSync(at('records/emo'), { recursive: true });
  write(at('id'), `echo ${uid}`);
  const answer: ScriptBox['answer'] = (status, words, work = '') =>
    write(at('program'), noting(directory, status, words, work));
  answer(0, '');
  return {
    directory,
    script: at('script'),
    run: (args) => {
      const { status, stdout, stderr } = spawnSync(shell, [at('script'), ...args], {
        encoding: 'utf8',
        timeout: 20_000,
      });
      return { status, stdout, stderr };
    },
    answer,
    passed: () => (existsSync(at('arguments')) ? readFileSync(at('arguments'), 'utf8').split('\0').slice(0, -1) : null),
    seen: (what) => readFileSync(at(what), 'utf8').split('\n').slice(0, -1).toSorted(),
    forget: () => rmSync(at('arguments'), { force: true }),
  };
}

function noting(directory: string, status: number, words: string, work: string): string {
  return [
    `printf '%s\\0' "$@" >'${directory}/arguments'`,
    `env >'${directory}/environment'`,
    `echo "$(pwd) $(umask) $(readlink /proc/$$/fd/0)" >'${directory}/place'`,
    // But the directory that is listed.
    `ls -l /proc/self/fd | sed -n '/ [0-2] ->/d; /proc/d; s/.* -> //p' >'${directory}/descriptors'`,
    `{ true </dev/tty && echo one; } 2>&- >'${directory}/terminal'`,
    work,
    'echo the result',
    ...(words === '' ? [] : [`echo '${words}' >&2`]),
    `exit ${status}`,
  ].join('\n');
}

function write(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}
