import type { Diagnostic, Finding } from '../core/diagnostic.ts';
import { painter, type Style } from './columns.ts';
import { formatVersion } from './json-text.ts';
import { counted, printable, type TextOptions } from './printable.ts';

/** Renders diagnostics for stderr, one line each. */
export function renderDiagnosticsText(
  diagnostics: readonly Diagnostic[],
  { color }: Pick<TextOptions, 'color'>,
): string {
  const paint = painter(color);
  return diagnostics
    .map(({ severity, user, message }) => {
      const label = paint(severity, severity === 'error' ? 'red' : 'yellow');
      const about = user === null ? '' : `${printable(user)}: `;
      return `tmux-persist: ${label}: ${about}${printable(message)}\n`;
    })
    .join('');
}

const signs = { ok: 'ok', warning: 'warning', error: 'error' } as const;
const styles: Readonly<Record<Finding['severity'], Style>> = { ok: 'green', warning: 'yellow', error: 'red' };

/** Renders the findings, each with the command that mends it below, and a summary line. */
export function renderDoctorText(findings: readonly Finding[], { color }: Pick<TextOptions, 'color'>): string {
  const paint = painter(color);
  const lines = findings.flatMap(({ severity, subject, message, mend }) => [
    `${paint(signs[severity].padEnd(8), styles[severity])}${printable(subject)}: ${printable(message)}`,
    ...(mend === null ? [] : [`        mend: ${printable(mend)}`]),
  ]);
  const count = (severity: Finding['severity']): number => findings.filter((one) => one.severity === severity).length;
  const summary = `${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${count('ok')} ok.`;
  return `${[...lines, summary].join('\n')}\n`;
}

/** The JSON document of the findings. */
export function doctorDocument(host: string, createdAt: string, findings: readonly Finding[]) {
  return { formatVersion, kind: 'doctor' as const, host, createdAt, findings };
}
