// Runs all checks side by side, and reports the output of each; fails when one fails.
// Usage: npm run check
import { spawn, spawnSync } from 'node:child_process';
import process from 'node:process';

process.chdir(new URL('..', import.meta.url).pathname);
const checks = [
  [process.execPath, 'scripts/generate-validators.mjs', '--check'],
  [process.execPath, 'scripts/generate-manuals.mjs', '--check'],
  ['prettier', '--check', '.'],
  ['knip'],
  ['oxlint'],
  ['tsc'],
  ['tsc', '-p', 'src/web/client'],
];
// It comes from Debian, not from npm. In CI nothing is left out.
if (process.env.CI !== undefined || spawnSync('ansible-lint', ['--version']).error === undefined) {
  checks.push(['ansible-lint', '--offline', '--strict', '--profile', 'production', 'ansible']);
} else {
  process.stdout.write('left out: ansible-lint is not installed here (apt-get install ansible-lint)\n');
}
const ended = await Promise.all(checks.map(run));
for (const { words, text, status } of ended) {
  process.stdout.write(`${words}: ${status === 0 ? 'good' : `failed with status ${status}`}\n${text}`);
  if (status !== 0) process.exitCode = 1;
}

function run([file, ...args]) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) =>
      resolve({ words: [file, ...args].join(' '), text, status: status ?? signal }),
    );
  });
}
