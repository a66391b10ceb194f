/** tmux's layout string: a checksum, then nested cells of size, place and pane number. */
const layoutPattern = /^[0-9a-f]{4},(\d{1,5})x(\d{1,5}),[0-9x,{}[\]]+$/;

/** The largest side of a window that tmux takes (WINDOW_MAXIMUM, 3.3a). */
const maxSide = 10_000;

export interface LayoutSize {
  readonly columns: number;
  readonly rows: number;
}

/** The window size that a layout was saved at; null when the text is no layout, or one that tmux would refuse. */
export function sizeOfLayout(layout: string): LayoutSize | null {
  const match = layoutPattern.exec(layout);
  if (match === null) return null;
  const columns = Number(match[1]);
  const rows = Number(match[2]);
  if (columns < 1 || rows < 1 || columns > maxSide || rows > maxSide) return null;
  return { columns, rows };
}
