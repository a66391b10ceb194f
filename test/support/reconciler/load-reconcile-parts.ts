import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { bundleWithReader } from './bundle-with-reader.ts';
import type * as Parts from './reconcile-parts.ts';

/** What the tests of a file call of src/reconcile, as it is built: with the reader of agents' files beside it. */
export function reconcileParts(): () => typeof Parts {
  let parts: typeof Parts | null = null;
  let directory = '';
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'reconcile-parts-'));
    parts = await import(pathToFileURL(bundleWithReader('reconcile-parts', directory)).href);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return () => {
    if (parts === null) throw new Error('they are loaded before the first test');
    return parts;
  };
}
