/** Fields of a JSON object that a user may have written. A map, so that `__proto__` is an ordinary key. */
export type JsonFields = ReadonlyMap<string, unknown>;

const maxTextLength = 4096;

/** The own fields of a JSON object; null for any other text. */
export function jsonFields(text: string): JsonFields | null {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    return new Map(Object.entries(parsed));
  } catch {
    return null;
  }
}

export function textField(fields: JsonFields, name: string): string | null {
  const value = fields.get(name);
  return typeof value === 'string' && value !== '' && value.length <= maxTextLength ? value : null;
}

export function numberField(fields: JsonFields, name: string): number | null {
  const value = fields.get(name);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A directory path from a file; null unless it is absolute and free of characters that act on a terminal. */
export function pathField(fields: JsonFields, name: string): string | null {
  const value = textField(fields, name);
  return value !== null && /^\/[^\x00-\x1f\x7f]*$/.test(value) ? value : null;
}
