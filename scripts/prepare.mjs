// Prepares a new clone: checks Node and tmux, installs the packages, generates the validators, builds.
// Skips completed steps.
// Usage: node scripts/prepare.mjs [--build-only]
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

process.chdir(new URL('..', import.meta.url).pathname);
requireNode(20, 19);
requireTmux();
const installs = !process.argv.includes('--build-only');
const builders = ['scripts/build.mjs', 'scripts/third-party-licenses.mjs'];
if (installs && isOlder('node_modules/.package-lock.json', ['package-lock.json'])) {
  run('npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error');
}
const validators = ['src/state/validate-snapshot.gen.js', 'src/roster/validate-roster.gen.js'];
const schemas = [...filesBelow('schemas'), 'scripts/generate-validators.mjs'];
if (validators.some((validator) => isOlder(validator, schemas))) {
  run(process.execPath, 'scripts/generate-validators.mjs');
}
if (isOlder('dist/bin.js', ['package.json', ...filesBelow('src'), ...filesBelow('schemas'), ...builders])) {
  run(process.execPath, 'scripts/build.mjs');
}

function requireNode(major, minor) {
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  stop(`tmux-persist needs Node ${major}.${minor} or newer; this is ${process.versions.node}`);
}

function requireTmux() {
  const { stdout, error } = spawnSync('tmux', ['-V'], { encoding: 'utf8' });
  if (error) stop('tmux-persist needs tmux 3.1c or newer; tmux was not found (Debian, Ubuntu: apt install tmux)');
  const match = /(\d+)\.(\d+)([a-z]?)/.exec(stdout);
  if (match === null) return; // A development build, such as "tmux master".
  const [major, minor, patch] = [Number(match[1]), Number(match[2]), match[3]];
  const isNewEnough = major > 3 || (major === 3 && (minor > 1 || (minor === 1 && patch >= 'c')));
  if (!isNewEnough) stop(`tmux-persist needs tmux 3.1c or newer; this is ${stdout.trim()}`);
}

function isOlder(target, sources) {
  if (!existsSync(target)) return true;
  const builtAt = statSync(target).mtimeMs;
  return sources.some((source) => statSync(source).mtimeMs > builtAt);
}

function filesBelow(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function run(command, ...args) {
  // npm's output belongs to the preparation, so it goes to stderr and not to the result on stdout.
  execFileSync(command, args, { stdio: ['ignore', process.stderr, process.stderr] });
}

function stop(reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(2);
}
