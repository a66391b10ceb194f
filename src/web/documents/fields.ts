/** An answer of root's command does not have the form that its schema promises. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

export type Fields = Readonly<Record<string, unknown>>;

/** Parses JSON text that is one object. Throws DocumentError. */
export function parseObject(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch (error) {
    throw error instanceof DocumentError ? error : new DocumentError('it is no JSON');
  }
}

export function fieldsOf(value: unknown): Fields {
  if (!isFields(value)) throw new DocumentError('an object is missing');
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textIn(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value !== 'string') throw new DocumentError(`${key} is no text`);
  return value;
}

export function textOrNullIn(fields: Fields, key: string): string | null {
  return fields[key] === null ? null : textIn(fields, key);
}

export function timeIn(fields: Fields, key: string): string {
  const value = textIn(fields, key);
  if (Number.isNaN(Date.parse(value))) throw new DocumentError(`${key} is no time`);
  return value;
}

export function timeOrNullIn(fields: Fields, key: string): string | null {
  return fields[key] === null ? null : timeIn(fields, key);
}

export function countIn(fields: Fields, key: string): number {
  const value = fields[key];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new DocumentError(`${key} is no count`);
  }
  return value;
}

export function countOrNullIn(fields: Fields, key: string): number | null {
  return fields[key] === null ? null : countIn(fields, key);
}

export function flagIn(fields: Fields, key: string): boolean {
  const value = fields[key];
  if (typeof value !== 'boolean') throw new DocumentError(`${key} is neither true nor false`);
  return value;
}

export function wordIn<Word extends string>(fields: Fields, key: string, words: readonly Word[]): Word {
  const value = words.find((word) => word === fields[key]);
  if (value === undefined) throw new DocumentError(`${key} is none of ${words.join(', ')}`);
  return value;
}

export function listIn<Item>(fields: Fields, key: string, read: (item: Fields) => Item): readonly Item[] {
  const value = fields[key];
  if (!Array.isArray(value)) throw new DocumentError(`${key} is no list`);
  return value.map((item) => read(fieldsOf(item)));
}

export function textsIn(fields: Fields, key: string): readonly string[] {
  const value = fields[key];
  if (!Array.isArray(value)) throw new DocumentError(`${key} is no list`);
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw new DocumentError(`${key} holds something that is no text`);
    return item;
  });
}

/** Throws DocumentError unless it is a document of this kind, in the form that this program knows. */
export function requireKind(fields: Fields, kind: string): void {
  if (fields['kind'] !== kind || fields['formatVersion'] !== 1) throw new DocumentError(`it is no document ${kind}, 1`);
}
