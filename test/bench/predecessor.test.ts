import { expect, test } from 'vitest';
import { scriptIn } from '../../bench/contestants/predecessor.ts';

test('the script is found in a text that stands around it', () => {
  expect(scriptIn('127 lines\nBash\n\n#!/usr/bin/env bash\nset -e\nsave')).toBe('#!/usr/bin/env bash\nset -e\nsave');
});

test('a script by itself is the script', () => {
  expect(scriptIn('#!/usr/bin/env bash\nsave\n')).toBe('#!/usr/bin/env bash\nsave\n');
});

test('a text without a script is refused', () => {
  expect(() => scriptIn('we speak of "#!/usr/bin/env bash" only')).toThrow('no line "#!/usr/bin/env bash"');
});
