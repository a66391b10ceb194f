import { replaceUnprintable, visibleEscape, withVisibleEscapes } from '../../core/text.ts';
import type { UtcOffsetMinutes } from './clock.ts';

/**
 * Room for any path and for the names of some hundred sessions. At three bytes a character this is half of the
 * journal's limit.
 */
const maxShownLength = 8_192;
const shownHeadLength = 6_144;
const shownTailLength = 1_024;

/**
 * Makes a text that a user chose (a name, a directory, tmux's words) safe to show: it cannot move, recolour or hide
 * anything. The middle of a very long text is left out. journald splits a line of more than 48 KiB into entries
 * (LineMax=). The user would choose the start of the new ones, priority included.
 */
export function printable(text: string): string {
  return withoutMiddle(withVisibleEscapes(text));
}

/** Cuts off lines that are too long for the journal, however many users' texts they contain. */
export function cutLines(text: string): string {
  return text.length <= maxLineLength ? text : text.split('\n').map(cutLine).join('\n');
}

/** At most three bytes each, in UTF-8. */
const maxLineLength = 12_000;

function cutLine(line: string): string {
  if (line.length <= maxLineLength) return line;
  const kept = withoutHalf(line.slice(0, maxLineLength));
  return `${kept}…(${line.length - kept.length} more characters)`;
}

function withoutMiddle(text: string): string {
  if (text.length <= maxShownLength) return text;
  const head = withoutHalf(text.slice(0, shownHeadLength));
  const tail = withoutHalf(text.slice(-shownTailLength));
  return `${head}…(${text.length - head.length - tail.length} characters left out)…${tail}`;
}

/** Removes the half of a surrogate pair that a cut has left at either end. */
function withoutHalf(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]/, '').replace(/[\uD800-\uDBFF]$/, '');
}

/** The same for a table; its tabs and newlines stay. */
export function printableTable(text: string): string {
  return replaceUnprintable(text, (character) =>
    character === '\t' || character === '\n' ? character : visibleEscape(character),
  );
}

const maxListed = 8;

/** `a, b, c`; a long list shows its first items and `and 12 more`. */
export function listed(things: readonly string[], separator = ', '): string {
  if (things.length <= maxListed) return things.join(separator);
  const first = things.slice(0, maxListed - 1);
  return `${first.join(separator)}${separator}and ${things.length - first.length} more`;
}

export interface TextOptions {
  readonly color: boolean;
  readonly utcOffsetMinutes: UtcOffsetMinutes;
}

export interface VerboseTextOptions extends TextOptions {
  /** Whether to show what needs no action, and how conversations were found. */
  readonly verbose: boolean;
}
