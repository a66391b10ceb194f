/** The format of 3.1c to 3.7: a checksum, then nested cells of size, place and pane number. */
const textPattern = /^[0-9a-f]{4},(\d{1,5})x(\d{1,5}),[0-9x,{}[\]]+$/;

/** The largest side of a window in tmux (WINDOW_MAXIMUM, 3.3a). */
const maxSide = 10_000;

/** Ten times the length for a window of a hundred panes. */
const maxLength = 64 * 1024;

interface LayoutSize {
  readonly columns: number;
  readonly rows: number;
}

/** The window size at which a layout was saved; null for a text that is no layout, or one that tmux would refuse. */
export function sizeOfLayout(layout: string): LayoutSize | null {
  const [, columns, rows] = textPattern.exec(layout) ?? [];
  const size =
    columns === undefined || rows === undefined ? jsonSizeOf(layout) : { columns: Number(columns), rows: Number(rows) };
  return size !== null && isSide(size.columns) && isSide(size.rows) ? size : null;
}

/**
 * Removes the parts of a layout that change although nobody moved a pane. 3.8 writes JSON with pane ids (`I`) and an
 * order of use (`l`, `a`). `select-layout` accepts a layout without them.
 */
export function lastingLayout(layout: string): string {
  const parsed = parsedJson(layout);
  return parsed === null
    ? layout
    : JSON.stringify(parsed, (key, value: unknown) => (volatileKeys.has(key) ? undefined : value));
}

/** The panes of a layout, by size and place, in order; null for a text that is no layout. */
export function cellsOfLayout(layout: string): readonly string[] | null {
  const parsed = parsedJson(layout);
  if (parsed !== null) return cellsIn(parsed['L']);
  if (!textPattern.test(layout)) return null;
  return Array.from(layout.matchAll(/(\d+x\d+,\d+,\d+),\d+(?=[,\]}]|$)/g), ([, cell]) => cell ?? '');
}

const volatileKeys: ReadonlySet<string> = new Set(['I', 'l', 'a']);

function jsonSizeOf(layout: string): LayoutSize | null {
  const root = parsedJson(layout)?.['L'];
  if (!isObject(root) || typeof root['w'] !== 'number' || typeof root['h'] !== 'number') return null;
  return { columns: root['w'], rows: root['h'] };
}

function cellsIn(cell: unknown): readonly string[] {
  if (!isObject(cell)) return [];
  const { w, h, x, y, c: children } = cell;
  return Array.isArray(children) ? children.flatMap(cellsIn) : [`${String(w)}x${String(h)},${String(x)},${String(y)}`];
}

function parsedJson(layout: string): Readonly<Record<string, unknown>> | null {
  if (!layout.startsWith('{') || layout.length > maxLength) return null;
  try {
    const value: unknown = JSON.parse(layout);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSide(side: number): boolean {
  return Number.isInteger(side) && side >= 1 && side <= maxSide;
}
