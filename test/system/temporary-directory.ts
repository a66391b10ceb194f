import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new directory that goes away with the running test, also when it fails. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'tmux-persist-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
