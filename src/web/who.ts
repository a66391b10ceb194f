import { createHash, timingSafeEqual } from 'node:crypto';

/** The header that carries the secret which the proxy and this server share. */
export const secretHeader = 'X-Tmux-Persist-Secret';

/** Pairs of name and value as they arrived: Node would join, or drop, the second of two headers of the same name. */
export type RawHeaders = readonly string[];

/** The login that the proxy says; null when it says none, two, or what cannot be one. */
export function loginIn(rawHeaders: RawHeaders, header: string): string | null {
  const value = onlyValue(rawHeaders, header);
  if (value === null || value.length > maxLoginLength || value.trim() !== value) return null;
  // A comma joins the values of two headers. Bytes beyond ASCII arrive as Latin-1, so that nobody knows what they mean.
  return /^[\u0021-\u002B\u002D-\u007E](?:[\u0020-\u002B\u002D-\u007E]*)$/.test(value) ? value : null;
}

const maxLoginLength = 200;

/** Whether the request carries the secret, compared in a time that tells nothing of it. */
export function carriesSecret(rawHeaders: RawHeaders, secret: string): boolean {
  const value = onlyValue(rawHeaders, secretHeader);
  return value !== null && isSameText(value, secret);
}

/** Compares two texts in a time that depends on neither. */
export function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function onlyValue(rawHeaders: RawHeaders, header: string): string | null {
  const name = header.toLowerCase();
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
  const [value] = values;
  return values.length === 1 && value !== undefined && value !== '' ? value : null;
}
