import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argument, scriptBox } from './script-box.ts';

const id = '20261120T135951';

/** What a web terminal says, and what the program is given. */
const passed: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    ['emo', 'restore'],
    ['restore', '--', 'emo'],
  ],
  [
    ['emo', '--json'],
    ['restore', '--json', '--', 'emo'],
  ],
  [
    ['emo', 'restore', '--json=lines'],
    ['restore', '--json=lines', '--', 'emo'],
  ],
  [
    ['emo', 'list'],
    ['snapshots', '--brief', '--', 'emo'],
  ],
  [
    ['emo', 'list', '--json'],
    ['snapshots', '--json', '--', 'emo'],
  ],
  [
    ['emo', 'show', id],
    ['snapshot', '--', 'emo', id],
  ],
  [
    ['emo', 'show', `${id}.204Z`, '--json'],
    ['snapshot', '--json', '--', 'emo', `${id}.204Z`],
  ],
  [
    ['emo', 'open'],
    ['picker', '--', 'emo'],
  ],
  [
    ['emo', 'open', '--json'],
    ['picker', '--json', '--', 'emo'],
  ],
  [
    ['emo', 'select', id, 'notes'],
    ['restore-selection', '--', 'emo', id, 'notes'],
  ],
  [
    ['emo', 'select', id, '--all', '$(id)', "a'b", 'ünï', '--json=lines'],
    ['restore-selection', '--json=lines', '--', 'emo', id, '--all', '$(id)', "a'b", 'ünï'],
  ],
  [
    ['emo', 'select', id, '👩\u200D👩', 'a\u202Eb', String.raw`c\x9b`],
    ['restore-selection', '--', 'emo', id, '👩\u200D👩', 'a\u202Eb', String.raw`c\x9b`],
  ],
  [
    ['emo', 'save'],
    ['save', '--', 'emo'],
  ],
  [
    ['emo', 'save', '--json'],
    ['save', '--json', '--', 'emo'],
  ],
  [
    ['emo', 'forget', 'job-*'],
    ['forget', '--if-gone', '--', 'emo', 'job-*'],
  ],
  [
    ['emo', 'forget', 'job', '--json'],
    ['forget', '--if-gone', '--json', '--', 'emo', 'job'],
  ],
  [
    ['--login', 'emil', 'forget', 'job', '--json'],
    ['forget', '--if-gone', '--json', '--login=emil', '--', 'job'],
  ],
  [
    ['emo', 'overview', '--json'],
    ['overview', '--json', '--', 'emo'],
  ],
  [
    ['--login', 'emil@example.org', 'open', '--json'],
    ['picker', '--json', '--login=emil@example.org', '--'],
  ],
  [
    ['--login', '9+a', 'show', id],
    ['snapshot', '--login=9+a', '--', id],
  ],
  [
    ['--login', 'emil', 'forget', 'x'],
    ['forget', '--if-gone', '--login=emil', '--', 'x'],
  ],
  [
    ['--login', "o'brien@example.com", 'list'],
    ['snapshots', '--brief', "--login=o'brien@example.com", '--'],
  ],
  [
    ['--login', 'emil'],
    ['restore', '--lock-timeout=3', '--login=emil', '--'],
  ],
];

const refused: readonly (readonly [string, readonly string[]])[] = [
  ['an unknown verb', ['emo', 'apply']],
  ['an empty verb', ['emo', '']],
  ['an option as a verb', ['emo', '--verbose']],
  ['an argument that list does not take', ['emo', 'list', 'x']],
  ['an argument that open does not take', ['emo', 'open', id]],
  ['show without an id', ['emo', 'show']],
  ['show with two ids', ['emo', 'show', id, id]],
  ['the beginning of an id', ['emo', 'show', '20261120']],
  ['latest', ['emo', 'show', 'latest']],
  ['a path as an id', ['emo', 'show', '../../etc/passwd']],
  ['an id and a newline', ['emo', 'show', `${id}\n`]],
  ['an option as an id', ['emo', 'show', '--json']],
  ['select without a name', ['emo', 'select', id]],
  ['select without a name, but for JSON', ['emo', 'select', id, '--json=lines']],
  ['an empty name', ['emo', 'select', id, 'notes', '']],
  ['a name with a newline', ['emo', 'select', id, 'a\nb']],
  ['a name with a tab', ['emo', 'select', id, 'a\tb']],
  ['a name with an escape', ['emo', 'forget', 'a\u001B[31m']],
  ['a very long name', ['emo', 'forget', 'x'.repeat(1001)]],
  ['too many names', ['emo', 'select', id, ...Array.from({ length: 301 }, (_, at) => `n${at}`)]],
  ['forget of two', ['emo', 'forget', 'a', 'b']],
  ['progress where there is none', ['emo', 'open', '--json=lines']],
  ['progress of forget', ['emo', 'forget', 'x', '--json=lines']],
  ['forget of nothing, but for JSON', ['emo', 'forget', '--json']],
  ['another format', ['emo', 'open', '--json=yaml']],
  ['JSON twice', ['emo', 'open', '--json', '--json']],
  ['no login', ['--login']],
  ['an empty login', ['--login', '']],
  ['a login that begins as an option', ['--login', '-x']],
  ['a login with a space', ['--login', 'a b']],
  ['a login with a newline', ['--login', 'a\n']],
  ['a login of other characters', ['--login', 'a$b']],
  ['a login that is too long', ['--login', 'a'.repeat(201)]],
  ['a login and a user', ['--login', 'emil', 'emo', 'open']],
  ['a login in another place', ['emo', '--login', 'emil']],
];

/** Debian's sh. That bash runs the script as well is tried with the other arguments. */
const shell = '/bin/dash';

describe('tmux-restore-user with verbs', () => {
  test.each(passed)('passes %j on as %j', (args, words) => {
    const box = scriptBox(shell);
    expect(box.run(args)).toEqual({ status: 0, stdout: 'the result\n', stderr: '' });
    expect(box.passed()).toEqual(words);
  });

  test.each(refused)('refuses %s, and does nothing', (_, args) => {
    const box = scriptBox(shell);
    const { status, stderr } = box.run(args);
    expect({ status, passed: box.passed() }).toEqual({ status: 2, passed: null });
    expect(stderr).toMatch(/^tmux-restore-user: [ -~]+\n$/);
  });

  test('refuses with a document where one was asked for', () => {
    const box = scriptBox(shell);
    const errors = [{ message: expect.any(String) }];
    const document = { formatVersion: 1, kind: 'error', exitStatus: 2, unknown: null, errors };
    expect(JSON.parse(box.run(['emo', 'show', 'x', '--json']).stdout)).toEqual(document);
    const line: unknown = JSON.parse(box.run(['emo', 'select', 'x', '--json=lines']).stdout);
    expect(line).toEqual({ event: 'error', exitCode: 2, document });
  });

  test('gives the program nothing of a caller but checked words behind the end of its options, whatever they are', () => {
    const box = scriptBox(shell);
    const verb = fc.constantFrom('restore', 'list', 'show', 'open', 'select', 'save', 'forget', 'overview');
    const words = fc.array(fc.oneof(argument, fc.constant(id), fc.constant('notes')), { maxLength: 4 });
    fc.assert(
      fc.property(fc.boolean(), verb, words, (byLogin, name, rest) => {
        box.forget();
        const { status } = box.run([...(byLogin ? ['--login', 'emil'] : ['emo']), name, ...rest]);
        const given = box.passed() ?? [];
        expect(given.length === 0).toBe(status === 2);
        const end = given.indexOf('--');
        const own = given.slice(1, Math.max(end, 1)).filter((word) => word !== '--json' && word !== '--json=lines');
        expect(['--brief', '--if-gone', '--lock-timeout=3', '--login=emil']).toEqual(expect.arrayContaining(own));
        const told = given.slice(end + (byLogin ? 1 : 2));
        expect(rest.slice(0, told.length)).toEqual(told);
        const unsaid = given.length === 0 ? [] : rest.slice(told.length);
        expect(unsaid.every((word) => word.startsWith('--json'))).toBe(true);
        expect(told.filter((word) => word === '' || /[\u0000-\u001F\u007F]/.test(word))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test('lets reading wait for no restore, and takes no lock for it', async () => {
    const box = scriptBox(shell);
    execFileSync('mkfifo', [join(box.directory, 'gate')]);
    box.answer(0, '', `[ "$1" = restore ] || exit 0; exec 9<'${box.directory}/gate'`);
    const first = box.start(['emo']);
    await expect.poll(() => box.passed()).not.toBeNull();
    for (const args of [
      ['emo', 'open'],
      ['emo', 'list'],
      ['emo', 'save'],
      ['emo', 'forget', 'x'],
    ]) {
      expect([args, box.run(args).status]).toEqual([args, 0]);
    }
    expect(box.run(['emo', 'select', id, 'notes']).status).toBe(5);
    writeFileSync(join(box.directory, 'gate'), '');
    expect(await first).toBe(0);
  });

  test('passes each line of progress on as it comes', async () => {
    const box = scriptBox(shell);
    execFileSync('mkfifo', [join(box.directory, 'gate')]);
    box.answer(3, '', `echo one; read -r line <'${box.directory}/gate'; echo two`);
    const seen: string[] = [];
    const end = box.start(['emo', 'restore', '--json=lines'], (text) => seen.push(text));
    await expect.poll(() => seen.join('')).toBe('one\n');
    writeFileSync(join(box.directory, 'gate'), 'go\n');
    expect(await end).toBe(3);
    expect(seen.join('')).toBe('one\ntwo\nthe result\n');
  });

  test('is held up by no caller that never reads its progress, and keeps no lock for one', () => {
    const box = scriptBox(shell);
    const lines = `i=0; while [ $i -lt 400 ]; do printf "%700s\\n" "$i"; i=$((i + 1)); done; : >'${box.directory}/done'`;
    box.answer(0, '', lines);
    // The reader of the pipe is there and never reads.
    const caller = `( "$@" & echo $! >'${box.directory}/pid'; wait $!; echo $? >'${box.directory}/status' ) | { i=0; until [ -e '${box.directory}/status' ]; do sleep 0.1; done; }`;
    const argv = ['-c', caller, 'sh', shell, box.script, 'emo', 'restore', '--json=lines'];
    expect(spawnSync('/bin/sh', argv, { timeout: 20_000 }).error).toBeUndefined();
    expect(readFileSync(join(box.directory, 'status'), 'utf8')).toBe('0\n');
    expect(readFileSync(join(box.directory, 'done'), 'utf8')).toBe('');
    expect(box.run(['emo']).status).toBe(0);
  });

  test('keeps the whole of a long document', () => {
    const box = scriptBox(shell);
    box.answer(0, '', 'yes 123456789 | head -c 1000000');
    expect(box.run(['emo', 'open', '--json']).stdout).toHaveLength(1_000_000 + 'the result\n'.length);
    box.answer(0, '', 'yes 123456789 | head -c 5000000');
    const { stdout } = box.run(['emo', 'open', '--json']);
    expect(stdout.length).toBeLessThan(4_194_304 + 100);
    expect(stdout.endsWith('\n(the rest is left out)\n')).toBe(true);
  });

  test.each(['$HOME', '${HOME}', 'a$', '$$', 'a${PATH}b$c', "$(id)'$"])(
    'lets systemd put no variable in the place of a name: %s',
    (name) => {
      const box = scriptBox(shell, { systemd: true });
      expect(box.run(['emo', 'select', id, name, 'plain']).status).toBe(0);
      expect(box.passed()?.slice(-3)).toEqual([id, name.replaceAll('$', '$$$$'), 'plain']);
    },
  );

  test('reads without a unit of its own where it sees what everybody sees, and in one where it does not', () => {
    const together = scriptBox(shell, { systemd: true });
    expect(together.run(['emo', 'open']).status).toBe(0);
    expect(together.passed()?.[0]).toBe('picker');
    const apart = scriptBox(shell, { systemd: true, isApart: true });
    expect(apart.run(['emo', 'open']).status).toBe(0);
    expect(apart.passed()).toEqual(expect.arrayContaining(['--wait', '--pipe', 'picker']));
    expect(together.run(['emo', 'save']).status).toBe(0);
    expect(together.passed()).toEqual(expect.arrayContaining(['--wait', '--pipe', 'save']));
  });
});

test.each([
  [['emo', 'notes'], 0, ['forget', '--if-gone', '--', 'emo', 'notes']],
  [['emo', "it's $(id)"], 0, ['forget', '--if-gone', '--', 'emo', "it's $(id)"]],
  [['emo'], 2, null],
  [['emo', 'a', 'b'], 2, null],
  [['emo', 'notes', '--json'], 0, ['forget', '--if-gone', '--json', '--', 'emo', 'notes']],
  [['emo', 'a', '--json=lines'], 2, null],
  [['emo', 'a', '--json', '--json'], 2, null],
  [['--login', 'emil', '--json'], 2, null],
  [['--login', 'emil'], 2, null],
  [['emo', '--json'], 2, null],
  [['emo', ''], 2, null],
] as const)('tmux-persist-forget %j ends with %i', (args, status, words) => {
  const box = scriptBox('/bin/sh');
  const text = readFileSync('sudo/tmux-persist-forget', 'utf8');
  const place = '/usr/local/lib/tmux-persist/bin/tmux-restore-user';
  expect(text).toContain(place);
  const script = join(box.directory, 'forget');
  writeFileSync(script, text.replace(place, box.script));
  for (const path of [script, box.script]) chmodSync(path, 0o755);
  expect(spawnSync(script, args).status).toBe(status);
  expect(box.passed()).toEqual(words);
});
