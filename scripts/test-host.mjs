// Runs the tests on a real systemd for one Debian release and one version of Node.
// Usage: npm run test:host -- [--suite NAME] [--node VERSION] [TEST FILE]...
import { execFileSync, spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

process.chdir(new URL('..', import.meta.url).pathname);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { suite: { type: 'string', default: 'bookworm' }, node: { type: 'string' } },
});
const preparation = spawnSync(process.execPath, ['scripts/prepare.mjs'], { stdio: 'inherit' });
if (preparation.status !== 0) process.exit(preparation.status ?? 1);
const node = values.node === undefined ? process.execPath : nodeOfVersion(values.node);
console.log(`Debian ${values.suite}, Node ${execFileSync(node, ['-v'], { encoding: 'utf8' }).trim()}`);
const { status } = spawnSync('npx', ['vitest', 'run', ...(positionals.length > 0 ? positionals : ['test/host'])], {
  stdio: 'inherit',
  // Asked for by name, the tests must not be left out where they cannot run.
  env: {
    ...process.env,
    CI: process.env.CI ?? '1',
    TMUX_PERSIST_TEST_SUITE: values.suite,
    TMUX_PERSIST_TEST_NODE: node,
  },
});
process.exitCode = status ?? 1;

/** The npm package `node` brings the binary of each release. */
function nodeOfVersion(version) {
  const argv = ['--yes', '--package', `node@${version}`, '--', 'node', '-p', 'process.execPath'];
  return execFileSync('npx', argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}
