import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lookUpAccounts, ownAccount } from '../../src/system/accounts.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe('looking up accounts', () => {
  test('accounts that exist are found, and the others are not in the answer', async () => {
    const accounts = await lookUpAccounts(['root', 'no-such-user', 'daemon']);
    expect([...accounts.keys()].toSorted()).toEqual(['daemon', 'root']);
    expect(accounts.get('root')).toMatchObject({ name: 'root', uid: 0, gid: 0, home: '/root' });
  });

  test.each([[[]], [['']], [['0']], [['-s']], [['root:x']], [['ro ot', 'ro\not', '../root']]])(
    'no account is found for %j',
    async (names) => {
      expect(await lookUpAccounts(names)).toEqual(new Map());
    },
  );

  describe("of the host's own file", () => {
    const passwd =
      'made-up:x:4711:4712:Made Up:/srv/made-up:/bin/zsh\nmade-up:x:9:9::/:/bin/sh\ntoo-high:x:4294967295:9::/:/bin/sh\n';

    function etcWith(nsswitch: string): string {
      const etc = temporaryDirectory();
      writeFileSync(join(etc, 'nsswitch.conf'), nsswitch);
      writeFileSync(join(etc, 'passwd'), passwd);
      return etc;
    }

    test.each(['passwd: files systemd\n', '# as Debian has it\npasswd:\t\tfiles\ngroup: [x]\n'])(
      'the first account of a name is found where the name service reads that file first: %j',
      async (nsswitch) => {
        const accounts = await lookUpAccounts(['made-up', 'root', 'too-high', 'no-such-user'], etcWith(nsswitch));
        expect([...accounts.keys()].toSorted()).toEqual(['made-up', 'root']);
        expect(accounts.get('made-up')).toEqual({
          name: 'made-up',
          uid: 4711,
          gid: 4712,
          home: '/srv/made-up',
          shell: '/bin/zsh',
        });
      },
    );

    test.each(['passwd: ldap files\n', 'passwd: files [SUCCESS=continue] ldap\n', 'group: files\n', ''])(
      'nothing is taken from it where something else may come first: %j',
      async (nsswitch) => {
        expect([...(await lookUpAccounts(['made-up', 'root'], etcWith(nsswitch))).keys()]).toEqual(['root']);
      },
    );
  });

  test('asking twice for one name gives it once', async () => {
    expect([...(await lookUpAccounts(['root', 'root'])).keys()]).toEqual(['root']);
  });
});

describe('the own account', () => {
  test('has the home that HOME names, if that is an absolute path', () => {
    expect(ownAccount({ HOME: '/somewhere/else' })).toMatchObject({
      home: '/somewhere/else',
      uid: process.geteuid?.(),
    });
    const { home } = ownAccount({});
    expect(home).toMatch(/^\//);
    expect(ownAccount({ HOME: 'relative' }).home).toBe(home);
    expect(ownAccount({ HOME: '' }).home).toBe(home);
  });
});
