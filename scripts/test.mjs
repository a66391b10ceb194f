// Runs one of the four test suites, and reports what it skips.
// Usage: npm test [-- VITEST ARGUMENT...]                        needs no root and no special host
//        npm run test:root [-- VITEST ARGUMENT...]               several Unix users; as root
//        npm run test:host [-- --suite NAME] [--node VERSION]    on a real systemd; as root
//        npm run test:faults [-- --all]                          faults at system calls; as root, with strace; --all: hours
import { execFileSync, spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

process.chdir(new URL('..', import.meta.url).pathname);
// As in vitest.config.ts.
process.title = 'tests';
const suites = {
  everybody: { projects: ['pure', 'everybody', 'by the clock'], needs: null },
  root: { projects: ['root', 'root alone'], needs: 'root' },
  host: { projects: ['host', 'host alone'], needs: 'root' },
  faults: { projects: ['faults'], needs: 'root' },
};
const [name, ...rest] = process.argv.slice(2);
const suite = suites[name];
if (suite === undefined) stop(`the suites are ${Object.keys(suites).join(', ')}`);
if (suite.needs === 'root' && process.getuid() !== 0)
  stop(`npm run test:${name} needs root: sudo npm run test:${name}`);

const preparation = spawnSync(process.execPath, ['scripts/prepare.mjs'], { stdio: 'inherit' });
if (preparation.status !== 0) process.exit(preparation.status ?? 1);
const { env, args } = settingsOf(name, rest);
const projects = suite.projects.flatMap((project) => ['--project', project]);
const { status } = spawnSync('npx', ['vitest', 'run', ...projects, ...args], {
  stdio: 'inherit',
  env: { ...process.env, TMUX_PERSIST_SUITE: name, ...env },
});
if (name === 'everybody') sayWhatIsLeft();
process.exitCode = status ?? 1;

function settingsOf(suiteName, given) {
  // A suite that was named must fail when it cannot run, and not be skipped.
  const asked = suiteName === 'everybody' ? {} : { CI: process.env.CI ?? '1' };
  if (suiteName === 'faults' && given[0] === '--all') {
    return { env: { ...asked, TMUX_PERSIST_FAULTS: 'all' }, args: given.slice(1) };
  }
  if (suiteName !== 'host') return { env: asked, args: given };
  const { values, positionals } = parseArgs({
    args: given,
    allowPositionals: true,
    options: { suite: { type: 'string' }, node: { type: 'string' } },
  });
  const node = values.node === undefined ? process.execPath : nodeOfVersion(values.node);
  console.log(`Debian ${values.suite ?? 'bookworm'}, Node ${execFileSync(node, ['-v'], { encoding: 'utf8' }).trim()}`);
  // A suite that is asked for by name has more to do.
  if (values.suite === undefined) {
    console.log(
      'left out without --suite NAME: some moments of an interrupted apply, some tmux versions of watch and wiring, a .deb by Ansible',
    );
  }
  const suiteAsked = values.suite === undefined ? {} : { TMUX_PERSIST_TEST_SUITE: values.suite };
  return { env: { ...asked, ...suiteAsked, TMUX_PERSIST_TEST_NODE: node }, args: positionals };
}

/** The npm package `node` contains the binary of each release. */
function nodeOfVersion(version) {
  const argv = ['--yes', '--package', `node@${version}`, '--', 'node', '-p', 'process.execPath'];
  return execFileSync('npx', argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

function sayWhatIsLeft() {
  const parts = process.getuid() === 0 ? '' : ', and what needs root in the files of this suite';
  console.log(`Left out${parts}:
  npm run test:root     several Unix users on one host (root)
  npm run test:host     a real systemd in a container (root, systemd-nspawn, mmdebstrap, chromium)
  npm run test:faults   killed and failed at its system calls (root, strace)`);
}

function stop(reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(2);
}
