// Installs the program on this host, or upgrades it, from a clone or from an unpacked release: `tmux-persist install`.
// Usage, as root: npm run install:host
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';

process.chdir(new URL('..', import.meta.url).pathname);
// A clone has the sources and may need a build. A release is already built.
if (existsSync('src')) execFileSync(process.execPath, ['scripts/prepare.mjs'], { stdio: 'inherit' });
const argv = ['dist/bin.js', 'install', ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, argv, { stdio: 'inherit' }).status ?? 1;
