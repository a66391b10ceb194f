import type { Paint, Style } from './columns.ts';

/** Colours one line of a unified diff. */
export function paintDiffLine(line: string, paint: Paint): string {
  return paint(line, styleOf(line));
}

function styleOf(line: string): Style | null {
  if (line.startsWith('+')) return 'green';
  if (line.startsWith('@@')) return 'dim';
  return line.startsWith('-') ? 'red' : null;
}
