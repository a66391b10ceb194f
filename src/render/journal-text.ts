import type { Diagnostic } from '../core/diagnostic.ts';
import { printable } from './printable.ts';

/** What `journalctl --priority` selects by. */
export type JournalPriority = 'error' | 'warning' | 'notice' | 'info';

export interface JournalLine {
  readonly priority: JournalPriority;
  readonly text: string;
}

/** sd-daemon(3): a line of a service's output may tell its priority in front. */
const prefixes: Readonly<Record<JournalPriority, string>> = {
  error: '<3>',
  warning: '<4>',
  notice: '<5>',
  info: '<6>',
};

/** Writes lines for systemd's journal, each of them one entry. */
export function journalText(lines: readonly JournalLine[]): string {
  return lines.map(({ priority, text }) => `${prefixes[priority]}${printable(text)}\n`).join('');
}

export function diagnosticLine({ severity, user, message }: Diagnostic): JournalLine {
  return { priority: severity, text: user === null ? message : `${user}: ${message}` };
}
