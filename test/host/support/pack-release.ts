import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from './machine.ts';

/** Puts the archive of a release, as `npm pack` makes it of this repository, into a machine. */
export function packRelease(machine: Machine, path: string): void {
  const directory = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], {
      cwd: join(import.meta.dirname, '../../..'),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    copyFileSync(join(directory, packed.trim()), join(machine.root, path));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
