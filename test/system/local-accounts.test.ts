import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { localAccounts } from '../../src/system/local-accounts.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const passwd = [
  '# a comment',
  'root:x:0:0:root:/root:/bin/bash',
  'emo:x:1001:100::/home/emo:/bin/zsh',
  'emo:x:1002:100::/home/other:/bin/sh',
  'broken:x:no:number::/home/broken:/bin/sh',
  '+nis::::::',
  '',
].join('\n');

const emo = { name: 'emo', uid: 1001, gid: 100, home: '/home/emo', shell: '/bin/zsh' };

describe("accounts of the host's own passwd file", () => {
  test('are those that were asked for, each by its first line', () => {
    const found = localAccounts(new Set(['emo', 'broken', 'nis', 'nobody-here']), etcWith('passwd: files systemd\n'));
    expect([...found]).toEqual([['emo', emo]]);
  });

  test.each(['passwd: files\n', '# passwd: sss\npasswd:\tfiles [NOTFOUND=return] ldap\n', ' passwd:files\n'])(
    'are believed where the name service looks there first: %j',
    (configuration) => {
      expect([...localAccounts(new Set(['emo']), etcWith(configuration)).keys()]).toEqual(['emo']);
    },
  );

  test.each(['passwd: sss files\n', 'passwd: compat\n', 'passwd: filesystem\n', 'group: files\n', ''])(
    'are left to the name service where it may look elsewhere first: %j',
    (configuration) => {
      expect(localAccounts(new Set(['emo']), etcWith(configuration))).toEqual(new Map());
    },
  );

  test('are left to the name service where the files are missing, or lie elsewhere', () => {
    expect(localAccounts(new Set(['emo']), temporaryDirectory())).toEqual(new Map());
    const linked = temporaryDirectory();
    symlinkSync(join(etcWith('passwd: files\n'), 'nsswitch.conf'), join(linked, 'nsswitch.conf'));
    expect(localAccounts(new Set(['emo']), linked)).toEqual(new Map());
  });
});

function etcWith(nsswitch: string): string {
  const etc = temporaryDirectory();
  writeFileSync(join(etc, 'passwd'), passwd);
  writeFileSync(join(etc, 'nsswitch.conf'), nsswitch);
  return etc;
}
