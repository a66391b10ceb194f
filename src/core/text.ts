const maxDistance = 2;

/**
 * The candidate that `word` most likely meant: at most two edits away, and fewer than half of its letters. null without
 * one.
 */
export function nearMiss(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.min(maxDistance + 1, word.length / 2);
  for (const candidate of candidates) {
    // This also bounds the cost of a hostile, very long word.
    if (Math.abs(candidate.length - word.length) > maxDistance) continue;
    const distance = editDistance(word, candidate);
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** Damerau-Levenshtein distance (optimal string alignment): insert, delete, replace, or swap two neighbours. */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = cellAt(previous, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
          ? cellAt(beforePrevious, column - 2) + 1
          : Infinity;
      current.push(Math.min(cellAt(previous, column) + 1, cellAt(current, column - 1) + 1, replaced, swapped));
    }
    beforePrevious = previous;
    previous = current;
  }
  return cellAt(previous, to.length);
}

function cellAt(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}

/** `1 session`, `5 sessions`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/** Orders by UTF-16 code unit, so the order is the same on every host and in every locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Orders names as people count, `job-2` before `job-10`; the same on every host and in every locale. */
export function compareNames(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const [at, part] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    const order = isNumber(part) && isNumber(other) ? compareNumbers(part, other) : compareText(part, other);
    if (order !== 0) return order;
  }
  return left.length === right.length ? compareText(a, b) : -1;
}

/** Runs of digits, and what is between them. */
function partsOf(name: string): readonly string[] {
  return name.match(/\d+|\D+/g) ?? [];
}

function isNumber(part: string): boolean {
  return /^\d/.test(part);
}

/** Numbers of any length. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return left.length - right.length || compareText(left, right);
}

/**
 * Control, format (bidi, zero-width), surrogate and line-separator characters, and all others that Unicode lets a
 * terminal leave invisible. Variation selectors are allowed, because emoji use them.
 */
const unprintable = /(?![\uFE00-\uFE0F])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const everyUnprintable = new RegExp(unprintable, 'gu');

/** Replaces every character that must not reach a terminal. */
export function replaceUnprintable(text: string, replace: (character: string) => string): string {
  return text.replaceAll(everyUnprintable, replace);
}

/** Shows every such character as `\x1b`, `\u200d` or `\n`. */
export function withVisibleEscapes(text: string): string {
  return replaceUnprintable(text, visibleEscape);
}

/** How a character is shown that must not reach a terminal. */
export function visibleEscape(character: string): string {
  const familiar = familiarEscapes.get(character);
  if (familiar !== undefined) return familiar;
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code <= 0xff) return String.raw`\x${digits.padStart(2, '0')}`;
  return code <= 0xffff ? String.raw`\u${digits.padStart(4, '0')}` : String.raw`\u{${digits}}`;
}

const familiarEscapes: ReadonlyMap<string, string> = new Map([
  ['\n', String.raw`\n`],
  ['\r', String.raw`\r`],
  ['\t', String.raw`\t`],
]);

export function isPrintable(text: string): boolean {
  return !unprintable.test(text);
}

/**
 * Whether a whole session name matches a shell-style pattern: `*` is any text, `?` one character, the rest is literal.
 *
 * It backtracks only to the latest `*`. So a hostile pattern costs at most name × pattern steps.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const text = Array.from(name);
  const wanted = Array.from(pattern);
  let at = 0;
  let step = 0;
  let star = -1;
  let starTook = 0;
  while (at < text.length) {
    if (wanted[step] === '*') {
      star = step;
      starTook = at;
      step += 1;
    } else if (step < wanted.length && (wanted[step] === '?' || wanted[step] === text[at])) {
      at += 1;
      step += 1;
    } else if (star >= 0) {
      starTook += 1;
      at = starTook;
      step = star + 1;
    } else {
      return false;
    }
  }
  return wanted.slice(step).every((rest) => rest === '*');
}
