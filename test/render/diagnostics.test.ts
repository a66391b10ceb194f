import { expect, test } from 'vitest';
import type { Diagnostic, Finding } from '../../src/core/diagnostic.ts';
import { renderDiagnosticsText, renderDoctorText } from '../../src/render/diagnostics.ts';

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

test('what is the same of several users is one finding, and the rest stays as it is', () => {
  const findings: readonly Finding[] = [
    { severity: 'ok', subject: 'tmux', message: 'tmux 3.3a', mend: null },
    neverSaved('anca'),
    { severity: 'ok', subject: 'user emo', message: 'tmux answers, with 2 sessions', mend: null },
    neverSaved('emo'),
    { severity: 'ok', subject: 'user wizard', message: 'no tmux server', mend: null },
    { severity: 'ok', subject: 'flock', message: 'no tmux server', mend: null },
  ];
  expect(renderDoctorText(findings, { color: false, columns: null }).split('\n')).toEqual([
    'ok      tmux: tmux 3.3a',
    'warning users anca, emo: was never saved',
    '        mend: tmux-persist save',
    'ok      user emo: tmux answers, with 2 sessions',
    'ok      user wizard: no tmux server',
    'ok      flock: no tmux server',
    '0 errors, 1 warning, 4 ok.',
    '',
  ]);
  const many = renderDoctorText('abcdefg'.split('').map(neverSaved), { color: false, columns: null });
  expect(many).toContain('warning users a, b, c, d, e and 2 more: was never saved\n');
});

function neverSaved(user: string): Finding {
  return { severity: 'warning', subject: `user ${user}`, message: 'was never saved', mend: 'tmux-persist save' };
}

test('doctor keeps to the columns of a reader, and never breaks a command', () => {
  const path = '/usr/local/lib/tmux-persist/bin/tmux-persist';
  const finding = {
    severity: 'warning' as const,
    subject: 'program',
    message: 'what root would run is another program than the one that is installed here, which nobody wants',
    mend: `install --backup=numbered ${path} /usr/local/bin/tmux-persist`,
  };
  expect(renderDoctorText([finding], { color: false, columns: 80 }).split('\n')).toEqual([
    'warning program: what root would run is another program than the one that is',
    '        installed here, which nobody wants',
    `        mend: install --backup=numbered ${path} /usr/local/bin/tmux-persist`,
    '0 errors, 1 warning, 0 ok.',
    '',
  ]);
});
