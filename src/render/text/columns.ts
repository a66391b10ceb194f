import { widthOf } from './width-of.ts';

export interface Cell {
  readonly text: string;
  readonly style: Style | null;
}

/** A wider cell does not widen its column. It moves the rest of its own line to the right. */
const widestColumn = 32;
const gap = '   ';

/** Aligns rows in columns; the text of the cells must already be printable. */
export function alignColumns(rows: readonly (readonly Cell[])[], paint: Paint): readonly string[] {
  const widths = columnWidths(rows);
  return rows.map((row) => {
    const last = row.findLastIndex((cell) => cell.text !== '');
    const cells = row.slice(0, last + 1).map(({ text, style }, column) => {
      const padding = column === last ? 0 : (widths[column] ?? 0) - widthOf(text);
      return paint(text, style) + ' '.repeat(Math.max(0, padding));
    });
    return cells.join(gap);
  });
}

/** The text within so many columns; a longer one ends in `…`. */
export function cutTo(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (widthOf(`${kept}${character}…`) > columns) break;
    kept += character;
  }
  return `${kept}…`;
}

/** An unstyled cell. */
export function plain(text: string): Cell {
  return { text, style: null };
}

function columnWidths(rows: readonly (readonly Cell[])[]): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      const width = widthOf(cell.text);
      const fitting = width > widestColumn ? 0 : width;
      widths[column] = Math.max(widths[column] ?? 0, fitting);
    }
  }
  return widths;
}

const sequences = {
  bold: ['\x1b[1m', '\x1b[22m'],
  dim: ['\x1b[2m', '\x1b[22m'],
  red: ['\x1b[31m', '\x1b[39m'],
  green: ['\x1b[32m', '\x1b[39m'],
  yellow: ['\x1b[33m', '\x1b[39m'],
} as const;

export type Style = keyof typeof sequences;

export type Paint = (text: string, style: Style | null) => string;

/** Returns the function that colours text, or one that leaves it unchanged. */
export function painter(color: boolean): Paint {
  return (text, style) => {
    if (!color || style === null || text === '') return text;
    const [start, end] = sequences[style];
    return `${start}${text}${end}`;
  };
}
