import { execFileSync } from 'node:child_process';

/** Builds the program before the first test, unless it is built and up to date. */
export function setup(): void {
  execFileSync(process.execPath, ['scripts/prepare.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
