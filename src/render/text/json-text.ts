import { replaceUnprintable } from '../../core/text.ts';

/** Increased only when a parser of the documents must change. */
export const formatVersion = 1;

/** The document of a run with `--json` that has no result; `errors` say why, as stderr does. */
export function errorDocument(exitStatus: number, problems: readonly string[], unknown: string | null) {
  const errors = problems.map((message) => ({ message }));
  return { formatVersion, kind: 'error' as const, exitStatus, unknown, errors };
}

/**
 * Writes a document as indented JSON in which no character can act on a terminal. A parser reads the same text back.
 * journald breaks a line at 48 KiB, and finds no priority prefix (`<0>`) at the start of any piece.
 */
export function jsonText(document: unknown): string {
  const escaped = replaceUnprintable(JSON.stringify(document, null, 2), (character) =>
    character === '\n' ? character : unicodeEscape(character),
  );
  return `${escaped.replaceAll(/<(?=\d>)/g, unicodeEscape)}\n`;
}

/** The same on one line, for a reader that takes documents as they come. */
export function jsonLine(document: unknown): string {
  return `${replaceUnprintable(JSON.stringify(document), unicodeEscape)}\n`;
}

function unicodeEscape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => String.raw`\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}
