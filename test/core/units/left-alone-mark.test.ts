import { expect, test } from 'vitest';
import { leavesAlone } from '../../../src/core/units/left-alone-mark.ts';

test.each<readonly [string, boolean]>([
  ['[X-TmuxPersist]\nLeave=yes\n', true],
  ['# a comment\n[Unit]\nDescription=x\n\n[X-TmuxPersist]\n  Leave = True  \n', true],
  ['[X-TmuxPersist]\r\nLeave=1\r\n', true],
  ['[X-TmuxPersist]\nLeave=no\n', false],
  ['[X-TmuxPersist]\nLeave=yes\nLeave=off\n', false],
  ['[X-TmuxPersist]\n#Leave=yes\n', false],
  ['[X-TmuxPersist]\nLeave=\n', false],
  ['[Unit]\nLeave=yes\n', false],
  ['[X-TmuxPersist]\n[Timer]\nLeave=yes\n', false],
  ['[Timer]\nOnUnitActiveSec=1h\n', false],
  ['', false],
])('a drop-in of %j leaves its unit alone: %s', (dropIn, expected) => {
  expect(leavesAlone(dropIn)).toBe(expected);
});
