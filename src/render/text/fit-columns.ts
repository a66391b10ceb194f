import { alignColumns, type Cell, type Paint, plain } from './columns.ts';
import { widthOf } from './width-of.ts';

/** The width that every report keeps to, unless everything is wanted. */
export const maxColumns = 80;

/** One line of a table: cells that may be cut, then words that are whole or stand below. */
export interface Row {
  readonly cells: readonly FittingCell[];
  /** What must be read whole, such as a reason and a command. */
  readonly whole: readonly string[];
  /** The same in fewer words, for a line without room. */
  readonly brief: readonly string[];
}

export interface FittingCell extends Cell {
  /** Which end of a text that is too long is left out. */
  readonly cut: 'start' | 'end';
  /** The narrowest width that still tells something. */
  readonly atLeast: number;
}

/**
 * Aligns rows within a number of columns; null is any number. The widest cells are cut first. Whole words that still
 * have no room on their line get a line of their own below it, which only they can make longer.
 */
export function fitColumns(rows: readonly Row[], columns: number | null, paint: Paint): readonly string[] {
  if (columns === null) {
    return alignColumns(
      rows.map(({ cells, whole }) => [...cells, ...whole.map(plain)]),
      paint,
    );
  }
  const widths = fittingWidths(rows, columns);
  const heads = rows.map(({ cells }) => cells.map((cell, column) => shortened(cell, widths[column] ?? 0)));
  const fitting = wordsThatFit(rows, heads, columns);
  const lines = alignColumns(
    fitting.map(({ beside }, at) => [...(heads[at] ?? []), ...beside.map(plain)]),
    paint,
  );
  return fitting.flatMap(({ below }, at) => [
    lines[at] ?? '',
    ...below.filter((words) => words !== '').map((words) => `${indent}${words}`),
  ]);
}

const indent = ' '.repeat(6);

interface FittingWords {
  readonly beside: readonly string[];
  readonly below: readonly string[];
}

/** Puts as many whole words beside each row as its line holds, brief ones where the full ones have no room. */
function wordsThatFit(
  rows: readonly Row[],
  heads: readonly (readonly Cell[])[],
  maxWidth: number,
): readonly FittingWords[] {
  const fitting = new Map<number, FittingWords>();
  for (let count = Math.max(0, ...rows.map(({ whole }) => whole.length)); count > 0; count -= 1) {
    for (const wordsOf of [({ whole }: Row) => whole, ({ brief }: Row) => brief]) {
      const cells = rows.map((row, at) => [...(heads[at] ?? []), ...wordsOf(row).slice(0, count).map(plain)]);
      for (const [at, line] of alignColumns(cells, (text) => text).entries()) {
        const row = rows[at];
        if (row === undefined || fitting.has(at) || widthOf(line) > maxWidth) continue;
        fitting.set(at, { beside: wordsOf(row).slice(0, count), below: wordsOf(row).slice(count) });
      }
    }
  }
  return rows.map(({ whole }, at) => fitting.get(at) ?? { beside: [], below: whole });
}

/** Shares the columns among the cells, beside those whole words that are short enough to stand on their line. */
function fittingWidths(rows: readonly Row[], maxWidth: number): readonly number[] {
  const columns = Array.from({ length: Math.max(0, ...rows.map(({ cells }) => cells.length)) }, (_, column) => {
    const own = rows.flatMap(({ cells }) => cells[column] ?? []);
    return {
      width: Math.max(0, ...own.map(({ text }) => widthOf(text))),
      atLeast: Math.max(0, ...own.map(({ atLeast }) => atLeast)),
    };
  });
  const beside = Math.max(0, ...rows.map(({ brief }) => widthOf(brief[0] ?? '')).filter((width) => width <= maxBeside));
  const room = maxWidth - gap * (columns.length - 1) - (beside === 0 ? 0 : beside + gap);
  const widths = columns.map(({ width }) => width);
  for (let over = sum(widths) - room; over > 0; over -= 1) {
    const widest = columns.reduce<number | null>((best, { atLeast }, column) => {
      const width = widths[column] ?? 0;
      return width > atLeast && (best === null || width > (widths[best] ?? 0)) ? column : best;
    }, null);
    if (widest === null) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

const gap = 3;
const maxBeside = 40;

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function shortened({ text, style, cut }: FittingCell, width: number): Cell {
  if (widthOf(text) <= width) return { text, style };
  const characters = Array.from(text);
  if (cut === 'start') characters.reverse();
  let kept = '';
  for (const character of characters) {
    const next = cut === 'start' ? character + kept : kept + character;
    if (widthOf(next) > width - 1) break;
    kept = next;
  }
  return { text: cut === 'start' ? `…${kept}` : `${kept}…`, style };
}
