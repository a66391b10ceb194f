import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import { renderDiagnosticsText } from '../../src/render/diagnostics.ts';

const diagnostics: readonly Diagnostic[] = [
  { severity: 'warning', code: 'damaged', user: 'emo', message: 'snapshot S is damaged: it is empty' },
  { severity: 'error', code: 'roster', user: null, message: 'roster.yaml:3:1: unknown key "sesions"' },
];

test('diagnostics name the program, the severity and the user', () => {
  expect(renderDiagnosticsText(diagnostics, { color: false })).toBe(
    [
      'tmux-persist: warning: emo: snapshot S is damaged: it is empty',
      'tmux-persist: error: roster.yaml:3:1: unknown key "sesions"',
      '',
    ].join('\n'),
  );
});

test('the severity stands out in colour', () => {
  const text = renderDiagnosticsText(diagnostics, { color: true });
  expect(text).toContain('tmux-persist: \x1b[33mwarning\x1b[39m: emo: ');
  expect(text).toContain('tmux-persist: \x1b[31merror\x1b[39m: roster');
});
