import { describe, expect, test } from 'vitest';
import { runPersist, sandbox, type Environment } from '../support/persist-sandbox.ts';
import { storedManifest } from '../support/stored-record.ts';
import { panesInPlace, sessionNames } from '../support/world.ts';

const names = ['naïve', 'résumé 🦊', 'Ωmega_1234_'];

const locales: readonly (readonly [string, Environment])[] = [
  ['no locale at all (env -i)', {}],
  ['LANG=C', { LANG: 'C' }],
  ['LC_ALL=POSIX', { LC_ALL: 'POSIX' }],
  ['LC_ALL=C over a UTF-8 LANG', { LC_ALL: 'C', LANG: 'C.UTF-8' }],
  ['LANG=C.UTF-8', { LANG: 'C.UTF-8' }],
];

describe('save and restore', () => {
  test.each(locales)('keep every name and directory whole under %s', (_, locale) => {
    const box = sandbox();
    for (const name of names) box.tmux('new-session', '-d', '-s', name, '-n', name, '-c', box.directory(name));
    const before = panesInPlace(box);
    const { PATH, HOME, TMUX_TMPDIR, TMUX_PERSIST_SOCKET_NAME } = box.env;
    const places = ['--roster', box.rosterPath, '--state-dir', box.stateDirectory];
    const persist = (...args: readonly string[]) =>
      runPersist({ PATH, HOME, TMUX_TMPDIR, TMUX_PERSIST_SOCKET_NAME, ...locale }, [...places, ...args]);

    expect(persist('save')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(storedManifest(box).sessions.map(({ name, path }) => [name, path])).toEqual(
      names.map((name) => [name, `${box.home}/${name}`]),
    );
    box.killServer();
    expect(persist('apply')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(sessionNames(box)).toEqual(names);
    expect(panesInPlace(box)).toEqual(before);
    expect(persist('plan', '--exit-code').exitCode).toBe(0);
  });
});
