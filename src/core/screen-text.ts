import { isPrintable, replaceUnprintable } from './text.ts';

/** The limit of what is kept of one pane, in characters; the end counts. */
const maxCharacters = 1024 * 1024;

/**
 * The text and the colours of a pane, as `capture-pane -e` gives them, safe to write to any terminal: nothing is left but
 * printable characters, tabs, newlines and SGR sequences.
 */
export function safeScreen(captured: string): string {
  const lines = captured.split('\n').map((line) => (isSafe(line) ? line : safeLine(withLineDrawing(line))));
  const end = lines.findLastIndex((line) => line.replaceAll(colours, '').trim() !== '') + 1;
  const text = lines.slice(0, end).join('\n');
  return text === '' ? '' : `${endOf(text, maxCharacters)}${text.endsWith(reset) ? '' : reset}\n`;
}

/** The last lines of a text, at most so many characters; of a single long line, its end. */
export function endOf(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const from = text.length - characters;
  const next = text.indexOf('\n', from);
  return text.slice(next < 0 || next === text.length - 1 ? from : next + 1);
}

/**
 * Leaves out the lines that this program has written itself: in a new pane, they would tell of an agent that has not ended
 * (agents/pane-command.ts).
 */
export function withoutOwnWords(screen: string): string {
  const lines = screen.split('\n');
  return lines.filter((line) => !line.replaceAll(colours, '').startsWith('[tmux-persist] ')).join('\n');
}

const reset = '\u001b[0m';
const colours = /\u001b\[[\d;:]{0,64}m/g;

/** Most lines are, and a pane has thousands of them. */
function isSafe(line: string): boolean {
  const text = line.includes('\u001b') ? line.replaceAll(colours, '') : line;
  return !/[^\u0020-\u007e\t]/.test(text) || isPrintable(text.replaceAll('\t', ''));
}

function safeLine(line: string): string {
  let safe = '';
  let at = 0;
  for (const { 0: sequence, index } of line.matchAll(colours)) {
    safe += safeText(line.slice(at, index)) + sequence;
    at = index + sequence.length;
  }
  return safe + safeText(line.slice(at));
}

/** Leaves out whole control sequences first, so that their letters do not become text. */
function safeText(text: string): string {
  const plain = text
    .replaceAll(/\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g, '')
    .replaceAll(/\u001b\[[\u0020-\u003f]*[\u0040-\u007e]?/g, '')
    .replaceAll(/\u001b[\u0020-\u002f]*[\u0030-\u007e]?/g, '');
  return replaceUnprintable(plain, (character) => (character === '\t' ? character : ''));
}

/** tmux gives lines of boxes as letters between SO and SI. */
function withLineDrawing(line: string): string {
  return line.replaceAll(/\u000e([^\u000f]*)\u000f?/g, (_, drawn: string) =>
    drawn.replaceAll(/(\u001b\[[\d;:]*m)|([jklmnqtuvwx])/g, (whole: string, colour: string | undefined) =>
      colour === undefined ? (boxes.get(whole) ?? whole) : whole,
    ),
  );
}

const boxes: ReadonlyMap<string, string> = new Map(
  Array.from('jklmnqtuvwx', (letter, at) => [letter, '┘┐┌└┼─├┤┴┬│'[at] ?? letter] as const),
);
