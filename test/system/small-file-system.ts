import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Whether this process may mount: being root is not enough in a container. In CI nothing is left out for want of it. */
export const canMount = process.geteuid?.() === 0 && (tryMounting() || isCi());

/** Mounts a file system of this many bytes for the running test. */
export function mountSmallFileSystem(bytes: number): string {
  const path = mkdtempSync(join(tmpdir(), 'tmux-persist-mount-'));
  onTestFinished(() => unmount(path));
  mount(['-t', 'tmpfs', '-o', `size=${bytes},mode=0755`, 'tmpfs', path]);
  return path;
}

export function makeReadOnly(path: string): void {
  mount(['-o', 'remount,ro', path]);
}

export function makeWritable(path: string): void {
  mount(['-o', 'remount,rw', path]);
}

function mount(args: readonly string[]): void {
  const result = spawnSync('mount', args, { encoding: 'utf8', timeout: 10_000 });
  if (result.status !== 0) throw new Error(`mount ${args.join(' ')}: ${result.stderr}`);
}

function unmount(path: string): void {
  spawnSync('umount', ['-l', path], { timeout: 10_000 });
  rmSync(path, { recursive: true, force: true });
}

function isCi(): boolean {
  return process.env['CI'] !== undefined;
}

function tryMounting(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'tmux-persist-mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', path], { timeout: 10_000 });
  unmount(path);
  return status === 0;
}
