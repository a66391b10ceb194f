import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { localInstallation } from '../../src/systemd/installation.ts';
import { desiredContents, desiredUnits } from '../../src/systemd/unit-files.ts';

const repository = join(import.meta.dirname, '../..');

describe('the unit files', () => {
  test('are those in systemd/, each one listed', () => {
    const files = readdirSync(join(repository, 'systemd'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(repository, 'systemd/').length))
      // Those of a person without root are not the host's.
      .filter((name) => !name.startsWith('user/'));
    expect(files.toSorted()).toEqual(desiredUnits.map(({ name }) => name).toSorted());
    expect([...desiredContents({ ...localInstallation, program: repository }).keys()].toSorted()).toEqual(
      files.toSorted(),
    );
  });

  test('have an [Install] section exactly where they are to be enabled, by apply or by an administrator', () => {
    const withSection = desiredUnits.filter(({ name }) =>
      readFileSync(join(repository, 'systemd', name), 'utf8').includes('[Install]'),
    );
    const byChoice = 'tmux-persist-web.socket';
    expect(withSection).toEqual(desiredUnits.filter(({ name, enabled }) => enabled || name === byChoice));
  });

  test('name a page of our own manual', () => {
    const named = readdirSync(join(repository, 'systemd'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(service|timer|socket)$/.test(name))
      .map((name) =>
        /^Documentation=man:(\S+)\((\d)\)$/m.exec(readFileSync(join(repository, 'systemd', name), 'utf8')),
      );
    expect(named).not.toContain(null);
    const missing = named.filter((match) => !existsSync(join(repository, `man/${match?.[1]}.${match?.[2]}`)));
    expect(missing).toEqual([]);
  });

  test('are not made up where an installation lacks them', () => {
    expect(() => desiredContents({ ...localInstallation, program: '/nonexistent' })).toThrow(
      '/nonexistent/systemd/session-.scope.d/50-tmux-persist.conf: it is missing; install again',
    );
  });
});
