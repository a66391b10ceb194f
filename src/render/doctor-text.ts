import type { Finding } from '../core/finding.ts';
import { counted } from './counted.ts';
import { painter, type Style } from './paint.ts';
import { printable } from './printable.ts';
import type { TextOptions } from './text-options.ts';

const signs = { ok: 'ok', warning: 'warning', error: 'error' } as const;
const styles: Readonly<Record<Finding['severity'], Style>> = { ok: 'green', warning: 'yellow', error: 'red' };

/** Renders what was found, each with the command that mends it below, and one line that sums it up. */
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
