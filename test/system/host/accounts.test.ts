import { describe, expect, test } from 'vitest';
import { lookUpAccounts, ownAccount } from '../../../src/system/host/accounts.ts';

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
