import { getuid } from 'node:process';
import { defineConfig } from 'vitest/config';

// Tests that create Unix users need root. Elsewhere they are left out, and that is said; CI must run them all.
const isRoot = getuid?.() === 0;
if (!isRoot && process.env['CI'] === undefined) {
  console.warn(
    '\nnot root: the tests with several Unix users (test/e2e-root) are left out; run them with: sudo npm test\n',
  );
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: isRoot || process.env['CI'] !== undefined ? [] : ['test/e2e-root/**'],
    globalSetup: ['test/support/build-once.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    unstubEnvs: true,
  },
});
