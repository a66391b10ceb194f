// Strikes the program at each of its system calls: kills it there, or makes the call fail. Then long storms and a long life.
// As root, with strace.
// Usage: npm run test:faults [-- VITEST ARGUMENT...]
import { spawnSync } from 'node:child_process';

process.chdir(new URL('..', import.meta.url).pathname);
const preparation = spawnSync(process.execPath, ['scripts/prepare.mjs'], { stdio: 'inherit' });
if (preparation.status !== 0) process.exit(preparation.status ?? 1);
const { status } = spawnSync('npx', ['vitest', 'run', 'test/faults', ...process.argv.slice(2)], {
  stdio: 'inherit',
  // Asked for by name, the tests must not be left out where they cannot run.
  env: { ...process.env, CI: process.env.CI ?? '1', TMUX_PERSIST_FAULTS: 'all' },
});
process.exitCode = status ?? 1;
