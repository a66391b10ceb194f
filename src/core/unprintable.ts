/**
 * Control, format (bidi, zero-width), surrogate and line-separator characters, and all that Unicode lets a terminal
 * leave invisible. Variation selectors stay: an emoji is written with one.
 */
const unprintable = /(?![\uFE00-\uFE0F])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const everyUnprintable = new RegExp(unprintable, 'gu');

/** Replaces every character that must not reach a terminal. */
export function replaceUnprintable(text: string, replace: (character: string) => string): string {
  return text.replaceAll(everyUnprintable, replace);
}

export function isPrintable(text: string): boolean {
  return !unprintable.test(text);
}
