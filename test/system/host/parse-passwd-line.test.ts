import { describe, expect, test } from 'vitest';
import { parsePasswdLine } from '../../../src/system/host/accounts.ts';

describe('a line of passwd', () => {
  test('is read with its empty fields and its non-ASCII comment', () => {
    expect(parsePasswdLine('emo:x:1001:100:Émo,,,:/home/emo:')).toEqual({
      name: 'emo',
      uid: 1001,
      gid: 100,
      home: '/home/emo',
      shell: '',
    });
  });

  test.each([
    '',
    'emo',
    'emo:x:1001:100:c:/home/emo',
    'emo:x::100:c:/h:/s',
    ':x:1:1:c:/h:/s',
    'e:x:-1:1:c:/h:/s',
    'e:x:1:1:c:/h:/s:',
  ])('is refused when it is %j', (line) => {
    expect(parsePasswdLine(line)).toBeNull();
  });
});
