import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll } from 'vitest';
import { canMount } from '../system/small-file-system.ts';

/** Whether login records can be kept aside here, and the tmux of this host writes any. */
export const canKeepLoginRecords = canMount && isLinkedWithLibutempter();

/**
 * A mount namespace with login records of its own, for the tests of one file: whether this host keeps any does not
 * matter, and nobody else's tmux writes to them. Returns the words that make a command run in it.
 */
export function loginRecords(): () => readonly string[] {
  let holder: number | null = null;
  beforeAll(async () => {
    const child = spawn('unshare', ['--mount', '--propagation', 'private', '/bin/sh', '-c', script], {
      cwd: '/',
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.unref();
    await once(child.stdout, 'data', { signal: AbortSignal.timeout(25_000) });
    holder = child.pid ?? null;
    afterAll(() => void child.stdin.end());
  });
  return () => {
    if (holder === null) throw new Error('there are no login records before the first test');
    return ['nsenter', `--mount=/proc/${holder}/ns/mnt`, '--'];
  };
}

/** Ends with the process of the tests, because its standard input does. */
const script = `
mount -t tmpfs -o mode=0755 tmpfs /run && install -m 0664 -g utmp /dev/null /run/utmp || exit 1
echo ready
exec cat
`;

function isLinkedWithLibutempter(): boolean {
  const { stdout } = spawnSync('/bin/sh', ['-c', 'ldd "$(command -v tmux)"'], { encoding: 'utf8', timeout: 10_000 });
  return stdout.includes('libutempter');
}
