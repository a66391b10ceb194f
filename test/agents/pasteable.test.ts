import * as fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { pasteable } from '../../src/agents/pane-command.ts';
import { loginShells } from './login-shells.ts';

test('a command is written as it would be typed', () => {
  expect(pasteable(['claude', '--resume', '3f36c85e', '--model', 'opus'], {})).toBe(
    'claude --resume 3f36c85e --model opus',
  );
  expect(pasteable(['claude', "it's", '$(x)', ''], { CLAUDE_CONFIG_DIR: '/a b' })).toBe(
    String.raw`env 'CLAUDE_CONFIG_DIR=/a b' claude 'it'\''s' '$(x)' ''`,
  );
});

test('what does not fit on one line, or would not show, is not offered', () => {
  expect(pasteable(['claude', 'a\nb'], {})).toBeNull();
  expect(pasteable(['claude', '\u001B[2J'], {})).toBeNull();
  expect(pasteable(['claude', '\u202Eabc'], {})).toBeNull();
  expect(pasteable(['claude', 'x'.repeat(301)], {})).toBeNull();
});

test.each(loginShells)('%s reads back exactly the words', (shell) => {
  const word = fc.stringMatching(/^[ -~é]{0,12}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const line = pasteable(words, {});
      const printed = execFileSync(shell, ['-c', `printf '<%s>' ${line ?? ''}`], { encoding: 'utf8' });
      expect(printed).toBe(words.map((one) => `<${one}>`).join(''));
    }),
    { numRuns: 15 },
  );
});
