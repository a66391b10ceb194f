import type { Cause } from '../../../src/core/manifest.ts';
import type { ExpectedEntry } from './expected-record.ts';

/** An entry as the program has it, in its record or in a plan. */
export interface FoundEntry {
  readonly name: string;
  /** null for a live one. */
  readonly cause: Cause | null;
}

/** The expected entries with the causes that were found; throws what differs. */
export function narrowedEntries(
  expected: readonly ExpectedEntry[],
  found: readonly FoundEntry[],
): readonly ExpectedEntry[] {
  const open = [...found];
  const narrowed = expected.map((entry): ExpectedEntry => {
    const at = open.findIndex(({ name, cause }) => {
      if (name !== entry.name) return false;
      return entry.state === 'live' ? cause === null : cause !== null && entry.causes.includes(cause);
    });
    const [match] = at < 0 ? [] : open.splice(at, 1);
    if (match === undefined) throw new Error(`missing: ${wordsOf(entry)}; ${comparison(expected, found)}`);
    return entry.state === 'live' || match.cause === null ? entry : { ...entry, causes: [match.cause] };
  });
  if (open.length > 0)
    throw new Error(`unexpected: ${open.map(foundWords).join(', ')}; ${comparison(expected, found)}`);
  return narrowed;
}

function comparison(expected: readonly ExpectedEntry[], found: readonly FoundEntry[]): string {
  return `expected [${expected.map(wordsOf).join(', ')}], found [${found.map(foundWords).join(', ')}]`;
}

function wordsOf(entry: ExpectedEntry): string {
  return `${entry.name} ${entry.state === 'live' ? 'live' : entry.causes.join('|')}`;
}

function foundWords({ name, cause }: FoundEntry): string {
  return `${name} ${cause ?? 'live'}`;
}
