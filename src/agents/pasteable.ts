import { shellQuote } from '../core/shell-quote.ts';
import { isPrintable } from '../core/unprintable.ts';

const maxCharacters = 300;

/** Writes a command for any shell's prompt; null when it does not fit on one line, or would not show as what it is. */
export function pasteable(argv: readonly string[], env: Readonly<Record<string, string>>): string | null {
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = [...(assignments.length > 0 ? ['env', ...assignments] : []), ...argv];
  if (!words.every(isPrintable)) return null;
  const line = words.map(shellQuote).join(' ');
  return line.length > maxCharacters ? null : line;
}
