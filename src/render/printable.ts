/**
 * Control, format (bidi, zero-width), surrogate and line-separator characters, and all that Unicode lets a terminal
 * leave invisible. Variation selectors stay: an emoji is written with one.
 */
const unprintable = /(?![\uFE00-\uFE0F])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const everyUnprintable = new RegExp(unprintable, 'gu');

/** Shows what a user chose (a name, a directory, tmux's words) so that it cannot move, recolour or hide anything. */
export function printable(text: string): string {
  return text.replaceAll(everyUnprintable, visibleEscape);
}

/** The same for a table of tabs and newlines, which stay. */
export function printableTable(text: string): string {
  return replaceUnprintable(text, (character) =>
    character === '\t' || character === '\n' ? character : visibleEscape(character),
  );
}

/** Replaces every character that must not reach a terminal. */
export function replaceUnprintable(text: string, replace: (character: string) => string): string {
  return text.replaceAll(everyUnprintable, replace);
}

export function isPrintable(text: string): boolean {
  return !unprintable.test(text);
}

function visibleEscape(character: string): string {
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
