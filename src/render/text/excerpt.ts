import type { Excerpt } from '../../core/diagnostic.ts';
import { replaceUnprintable } from '../../core/text.ts';
import { cutTo } from './columns.ts';
import { widthOf } from './width-of.ts';

const terminalWidth = 80;
/** How much of a long line stays before the place that is meant. */
const shownBefore = 40;

/** Shows a line of a file with a mark below the place that is meant, in two lines of a terminal. */
export function excerptText({ line, text, column }: Excerpt): string {
  const margin = `  ${line} | `;
  const room = terminalWidth - margin.length;
  const at = Math.min(column - 1, text.length);
  const isCut = at > shownBefore && widthOf(shown(text)) > room;
  const start = isCut ? at - shownBefore : 0;
  const before = `${isCut ? '…' : ''}${shown(text.slice(start, at))}`;
  const content = cutTo(`${before}${shown(text.slice(at))}`, room);
  return `${margin}${content}\n${' '.repeat(margin.length - 2)}| ${' '.repeat(widthOf(before))}^\n`;
}

/** Every invisible character as one that is seen; a tab as an arrow. */
function shown(text: string): string {
  return replaceUnprintable(text, (character) => (character === '\t' ? '→' : '·')).replaceAll('\u00a0', '·');
}
