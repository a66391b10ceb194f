import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockFile } from '../../../src/system/files/file-lock.ts';
import { aptConfiguration, debianMirror, proxyEnvironment } from './apt-of-host.ts';
import { type Suite, suiteOfThisRun } from './suite.ts';
import { tool } from './tool.ts';

const packages = [
  'dbus',
  'dbus-user-session',
  'earlyoom',
  'libnss-systemd',
  'libpam-systemd',
  'libstdc++6',
  'login',
  'passwd',
  'procps',
  'sudo',
  'systemd',
  'systemd-sysv',
  'tmux',
  'util-linux',
];

/**
 * Debian enables them. The first two would kill in every machine when the host is short of memory, and the third is for
 * few tests. A test starts its own.
 */
const leftOff = ['earlyoom', 'systemd-oomd', 'nginx'];

/** Longer than a build takes on a slow line: 15 to 45 s where the mirror is near. */
export const buildLimitMs = 600_000;

/**
 * Returns the root file system of a suite, building it when it is not in the cache. Whoever boots it lays an overlay over it: it
 * is never written. Removing the cache directory is how to get newer packages.
 */
export async function buildBase(suite: Suite): Promise<string> {
  const cache = cacheDirectory();
  const key = createHash('sha256').update(packagesOf(suite).join(' ')).digest('hex').slice(0, 12);
  const base = join(cache, `${suite}-${key}`);
  if (existsSync(base)) return base;
  const lock = await lockFile(`${base}.lock`, { waitSeconds: buildLimitMs / 1000 });
  if (lock.kind !== 'held') throw new Error(`another build of ${base} did not end: ${lock.kind}`);
  try {
    if (!existsSync(base)) await buildInto(suite, base);
  } finally {
    lock.release();
  }
  return base;
}

/**
 * bullseye has no systemd-oomd. The page is tested on the suites of whole runs, a package on one whose Node is new enough,
 * and the Ansible role on the suite of this run.
 */
function packagesOf(suite: Suite): readonly string[] {
  const ansible = suite === suiteOfThisRun() ? ['ansible-core', 'python3-apt'] : [];
  switch (suite) {
    case 'bullseye':
      return packages;
    case 'bookworm':
      return [...packages, 'systemd-oomd', 'nginx', ...ansible];
    case 'trixie':
      return [...packages, 'systemd-oomd', 'nginx', 'nodejs', ...ansible];
    case 'sid':
      return [...packages, 'systemd-oomd', ...ansible];
  }
}

/** Where base systems are kept between runs, outside of the repository. */
export function cacheDirectory(): string {
  const cache = process.env['TMUX_PERSIST_TEST_CACHE'] ?? '/var/cache/tmux-persist-test';
  // APT's own user must be able to enter it during a build.
  mkdirSync(cache, { recursive: true, mode: 0o755 });
  return cache;
}

async function buildInto(suite: Suite, base: string): Promise<void> {
  const unfinished = `${base}.unfinished`;
  const configuration = `${base}.apt.conf`;
  rmSync(unfinished, { recursive: true, force: true });
  try {
    writeFileSync(configuration, await aptConfiguration(), { mode: 0o600 });
    const options = ['--quiet', '--mode=root', '--variant=minbase', `--include=${packagesOf(suite).join(',')}`];
    await tool(
      ['mmdebstrap', ...options, `--aptopt=${configuration}`, suite, unfinished, await debianMirror()],
      buildLimitMs,
      proxyEnvironment(),
    );
    // The way to this host's mirror, and an identity, belong to no machine.
    for (const file of ['etc/apt/apt.conf.d/99mmdebstrap', 'etc/hostname', 'etc/machine-id']) {
      rmSync(join(unfinished, file), { force: true });
    }
    for (const name of leftOff) {
      rmSync(join(unfinished, `etc/systemd/system/multi-user.target.wants/${name}.service`), { force: true });
    }
    renameSync(unfinished, base);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
    rmSync(configuration, { force: true });
  }
}
