import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { privateGroupOf } from '../../../src/system/host/accounts.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const emo = { name: 'emo', gid: 1001 };
const passwd = 'root:x:0:0::/root:/bin/sh\nemo:x:1001:1001::/home/emo:/bin/sh\n';
const filesFirst = 'passwd: files systemd\ngroup:  files systemd\n';

test.each<[string, number | null, { passwd?: string; group?: string; nsswitch?: string }]>([
  ['is called as the user is, and holds nobody else', 1001, { group: 'root:x:0:\nemo:x:1001:\n' }],
  ['lists the user as a member, too', 1001, { group: 'emo:x:1001:emo\n' }],
  ['has another member', null, { group: 'emo:x:1001:anca\n' }],
  ['has another member beside the user', null, { group: 'emo:x:1001:emo,anca\n' }],
  ['is that of all users', null, { group: 'users:x:1001:\n' }],
  ['has two names', null, { group: 'emo:x:1001:\nalso:x:1001:anca\n' }],
  ['is unknown to the host', null, { group: 'root:x:0:\n' }],
  [
    'is also the primary group of another',
    null,
    { group: 'emo:x:1001:\n', passwd: `${passwd}b:x:2:1001::/:/bin/sh\n` },
  ],
  [
    'is asked of a directory service first',
    null,
    { group: 'emo:x:1001:\n', nsswitch: 'passwd: files\ngroup: sss files\n' },
  ],
  ['cannot be read', null, {}],
])('a primary group that %s is the user’s alone: %s', (_case, expected, files) => {
  const etc = temporaryDirectory();
  const present = { passwd, 'nsswitch.conf': files.nsswitch ?? filesFirst, ...files };
  for (const name of ['passwd', 'group', 'nsswitch.conf'] as const) {
    const text = present[name];
    if (text !== undefined) writeFileSync(join(etc, name), text);
  }
  expect(privateGroupOf(emo, etc)).toBe(expected);
});
