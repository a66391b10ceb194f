import { isPrintable, replaceUnprintable } from './printable.ts';

/** Writes one word so that a shell reads exactly this text, and a terminal shows nothing but what it is. */
export function shellQuote(text: string): string {
  // A leading `=` is a command's path to zsh.
  if (/^[\w%+,./:@-][\w%+,./:=@-]*$/.test(text)) return text;
  if (isPrintable(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  return `$'${replaceUnprintable(text.replaceAll(/['\\]/g, String.raw`\$&`), octalBytes)}'`;
}

/** Writes `--name value`, joined by `=` where the value could be read as another option. */
export function optionWithValue(name: string, value: string): string {
  return value.startsWith('-') ? `${name}=${shellQuote(value)}` : `${name} ${shellQuote(value)}`;
}

/** Octal has a fixed length; in ksh `\x1b` would go on to swallow a hexadecimal digit that follows. */
function octalBytes(character: string): string {
  return [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
