import { visibleEscape, withVisibleEscapes } from './text.ts';

/**
 * A session's name in a row for a program: only what would end a cell or a row, or control a terminal, is escaped. tmux
 * keeps a backslash of a name doubled, so that no other name looks the same.
 */
export function writtenName(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, visibleEscape);
}

/** Those whose name a word is; if there are none, those whose name is shown so in a row, or in a text for people. */
export function namedBy<One>(
  word: string,
  all: readonly One[],
  namesOf: (one: One) => readonly string[],
): readonly One[] {
  const exact = all.filter((one) => namesOf(one).includes(word));
  if (exact.length > 0 || !word.includes('\\')) return exact;
  return all.filter((one) =>
    namesOf(one).some((name) => writtenName(name) === word || withVisibleEscapes(name) === word),
  );
}
