import { describe, expect, test } from 'vitest';
import { withoutSkippedPermissions } from '../../src/agents/without-skipped-permissions.ts';

describe('where the roster forbids to skip permissions', () => {
  test.each([
    [
      ['--dangerously-skip-permissions', '--model', 'opus'],
      ['--model', 'opus'],
    ],
    [['--allow-dangerously-skip-permissions'], []],
    [['--permission-mode', 'bypassPermissions', '--verbose'], ['--verbose']],
    [['--permission-mode=bypassPermissions'], []],
    [
      ['--dangerously-bypass-approvals-and-sandbox', '-m', 'o9'],
      ['-m', 'o9'],
    ],
    [['-a', 'never', '-s', 'danger-full-access', '--search'], ['--search']],
    [
      ['-c', 'approval_policy="never"', '-c', 'model="o9"'],
      ['-c', 'model="o9"'],
    ],
    [['--approval-mode', 'yolo'], []],
    [['--allow-all-tools', '--allow-all-paths'], []],
  ])('%j starts again as %j', (args, kept) => {
    expect(withoutSkippedPermissions(args)).toEqual(kept);
  });

  test.each([[['--permission-mode', 'plan', '-a', 'on-request', '-s', 'read-only']], [['--add-dir', '/never']]])(
    '%j is left as it is',
    (args) => {
      expect(withoutSkippedPermissions(args)).toEqual(args);
    },
  );
});
