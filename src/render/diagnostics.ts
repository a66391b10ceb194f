import type { Diagnostic } from '../core/diagnostic.ts';
import { painter } from './paint.ts';
import { printable } from './printable.ts';
import type { TextOptions } from './text-options.ts';

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
