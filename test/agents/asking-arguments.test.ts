import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agents } from '../../src/agents/agents.ts';

describe('where the roster forbids to act without asking', () => {
  test.each([
    ['claude', ['--dangerously-skip-permissions', '--model', 'opus'], ['--model', 'opus']],
    ['claude', ['--allow-dangerously-skip-permissions'], []],
    ['claude', ['--permission-mode', 'bypassPermissions', '--verbose'], ['--verbose']],
    ['claude', ['--permission-mode=bypassPermissions'], []],
    ['claude', ['--settings', '{"permissions":{"defaultMode":"bypassPermissions"}}', '--ide'], ['--ide']],
    ['claude', ['--settings=/home/emo/settings.json'], ['--settings=/home/emo/settings.json']],
    ['claude', ['--permission-mode', 'plan'], ['--permission-mode', 'plan']],
    ['claude', ['--add-dir', '/never', '/yolo'], ['--add-dir', '/never', '/yolo']],
    ['codex', ['--dangerously-bypass-approvals-and-sandbox', '-m', 'o9'], ['-m', 'o9']],
    ['codex', ['-a', 'never', '-s', 'danger-full-access', '--search'], ['--search']],
    [
      'codex',
      ['-anever', '-sdanger-full-access', '--config=sandbox_mode=danger-full-access', '-capproval_policy="never"'],
      [],
    ],
    ['codex', ['-c', 'profiles.work.approval_policy="never"', '-c', 'model="o9"'], ['-c', 'model="o9"']],
    ['codex', ['-a', 'on-request', '-s', 'read-only'], ['-a', 'on-request', '-s', 'read-only']],
    ['gemini', ['--approval-mode', 'yolo', '-m', 'pro'], ['-m', 'pro']],
    ['gemini', ['--approval-mode=yolo', '-y', '--yolo'], []],
    ['copilot', ['--allow-all-tools', '--allow-all-paths', '--mode=autopilot', '--model', 'x'], ['--model', 'x']],
    ['opencode', ['--auto', '--model', 'x'], ['--model', 'x']],
  ])('%s started with %j starts again with %j', (name, args, kept) => {
    expect(askingArguments(name, args)).toEqual(kept);
  });

  test.each([
    [
      'claude',
      forms(['--permission-mode'], ['bypassPermissions']),
      ['--dangerously-skip-permissions'],
      /bypass|dangerously/,
    ],
    [
      'codex',
      [
        ...forms(['-a', '--ask-for-approval'], ['never', '"never"']),
        ...forms(['-s', '--sandbox'], ['danger-full-access']),
        ...forms(
          ['-c', '--config'],
          ['approval_policy=never', ' sandbox_mode = "danger-full-access"', 'x.approval_policy="never"'],
        ),
      ],
      ['--yolo', '--full-auto', '--dangerously-bypass-approvals-and-sandbox'],
      /never|danger|yolo|full-auto/,
    ],
    ['gemini', forms(['--approval-mode'], ['yolo']), ['-y', '--yolo', '-dy', '--yolo=true'], /yolo|^-d?y/],
    [
      'copilot',
      forms(['--mode'], ['autopilot']),
      ['--yolo', '--allow-all', '--allow-all-urls', '--autopilot'],
      /yolo|allow-all|autopilot/,
    ],
    ['opencode', [], ['--auto', '--auto=true'], /--auto/],
  ] as const)('no spelling survives for %s, repeated and beside whatever else', (name, spelled, flags, forbidden) => {
    const words = [...spelled, ...flags.map((flag) => [flag])];
    const others = [['--model', 'opus'], ['--verbose'], ['word'], ['-m'], ['--unheard', 'of'], ['--add-dir', '/srv']];
    assert(
      property(array(constantFrom(...words, ...others), { maxLength: 8 }), (parts) => {
        for (const word of askingArguments(name, parts.flat())) expect(word).not.toMatch(forbidden);
      }),
      { numRuns: 500 },
    );
  });
});

/** Each option with each value: apart, behind an equals sign, and, of one letter, attached. */
function forms(names: readonly string[], values: readonly string[]): readonly (readonly string[])[] {
  return names.flatMap((name) =>
    values.flatMap((value) => [
      [name, value],
      [`${name}=${value}`],
      ...(name.length === 2 ? [[`${name}${value}`]] : []),
    ]),
  );
}

function askingArguments(name: string, args: readonly string[]): readonly string[] {
  const agent = agents.find((one) => one.name === name);
  if (agent === undefined) throw new Error(`no agent ${name}`);
  return agent.askingArguments(args);
}
