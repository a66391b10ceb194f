import { chownSync } from 'node:fs';
import process from 'node:process';
import { onTestFinished } from 'vitest';

const nobody = 65534;

/** Goes on as somebody who is not root until the test ends, and owns the directory; does nothing where that is so already. */
export function withoutRoot(directory: string): void {
  if (process.geteuid?.() !== 0) return;
  chownSync(directory, nobody, nobody);
  process.seteuid?.(nobody);
  onTestFinished(() => process.seteuid?.(0));
}
