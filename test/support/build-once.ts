import { execFileSync } from 'node:child_process';

/** Builds the program before the first test, unless it is built and up to date. */
export function setup(): void {
  // An install would remove the packages that run these tests.
  execFileSync(process.execPath, ['scripts/prepare.mjs', '--build-only'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
