import { readFileSync } from 'node:fs';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object in a file; null when there is none that can be read. */
export function readJson(path: string): JsonObject | null {
  try {
    return jsonObject(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** The objects of a file with one on each line; none when it cannot be read. */
export function readJsonLines(path: string): readonly JsonObject[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.map(jsonObject).filter((row) => row !== null);
  } catch {
    return [];
  }
}

function jsonObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
