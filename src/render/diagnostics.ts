import type { Diagnostic, Finding } from '../core/diagnostic.ts';
import { groupBy } from '../core/group-by.ts';
import { counted } from '../core/text.ts';
import { painter, type Style } from './text/columns.ts';
import { formatVersion } from './text/json-text.ts';
import { printable, type TextOptions } from './text/printable.ts';
import { wrapWords } from './text/wrap-words.ts';

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

interface DoctorTextOptions extends Pick<TextOptions, 'color'> {
  /** For people. A program gets each finding in one line. */
  readonly columns: number | null;
}

/**
 * Renders the findings, each with the command that mends it below, and a summary line. What is the same of several
 * users is told once. A command is never broken, so that it can be pasted.
 */
export function renderDoctorText(each: readonly Finding[], { color, columns }: DoctorTextOptions): string {
  const paint = painter(color);
  const findings = [...groupBy(each, keyOf).values()].flatMap(toldOnce);
  const lines = findings.flatMap(({ severity, subject, message, mend }) => {
    const words = `${printable(subject)}: ${printable(message)}`;
    const [first = '', ...rest] = columns === null ? [words] : wrapWords(words, columns - indent.length);
    return [
      `${paint(signs[severity].padEnd(indent.length), styles[severity])}${first}`,
      ...rest.map((line) => `${indent}${line}`),
      ...(mend === null ? [] : [`${indent}mend: ${printable(mend)}`]),
    ];
  });
  const count = (severity: Finding['severity']): number => findings.filter((one) => one.severity === severity).length;
  const summary = `${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${count('ok')} ok.`;
  return `${[...lines, summary].join('\n')}\n`;
}

const indent = ' '.repeat(8);

/** The subject of a finding counts only where it is no user. */
function keyOf({ severity, subject, message, mend }: Finding): string {
  return JSON.stringify([severity, userOf(subject) === null ? subject : null, message, mend]);
}

function toldOnce(same: readonly Finding[]): readonly Finding[] {
  const [first] = same;
  const users = same.flatMap(({ subject }) => userOf(subject) ?? []);
  if (first === undefined || users.length < 2) return same;
  const rest = users.length - namedUsers;
  const named = users.slice(0, namedUsers).join(', ');
  return [{ ...first, subject: `users ${named}${rest > 0 ? ` and ${rest} more` : ''}` }];
}

const namedUsers = 5;

function userOf(subject: string): string | null {
  return subject.startsWith('user ') ? subject.slice('user '.length) : null;
}

/** The JSON document of the findings. */
export function doctorDocument(host: string, createdAt: string, findings: readonly Finding[]) {
  return { formatVersion, kind: 'doctor' as const, host, createdAt, findings };
}
