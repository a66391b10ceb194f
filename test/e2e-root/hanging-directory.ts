import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../support/private-tmux.ts';
import type { UnixUser } from '../support/unix-users.ts';

/** A directory on a file system that can be made to answer no more, as that of a file server that is gone. */
export interface HangingDirectory {
  readonly hang: () => void;
  readonly answer: () => void;
  /** Takes the file system away; what was written to it is lost. */
  readonly remove: () => void;
}

/** Mounts a file system of its own (FUSE, bindfs) over a directory that is empty or is not needed meanwhile. */
export function mountHanging(path: string, { uid, gid }: Pick<UnixUser, 'uid' | 'gid'>): HangingDirectory {
  const source = mkdtempSync(join(tmpdir(), 'hanging-'));
  const device = statSync(path).dev;
  const options = [`--force-user=${uid}`, `--force-group=${gid}`, '-o', 'allow_other,attr_timeout=0,entry_timeout=0'];
  const daemon = spawn('bindfs', ['-f', ...options, source, path], { stdio: 'ignore' });
  const signal = (name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void => void daemon.kill(name);
  const remove = (): void => {
    signal('SIGCONT');
    spawnSync('umount', ['--lazy', path], { timeout: 5_000 });
    signal('SIGKILL');
    rmSync(source, { recursive: true, force: true });
  };
  try {
    waitUntil(() => statSync(path).dev !== device, `the file system on ${path}`);
  } catch (error) {
    remove();
    throw error;
  }
  return { hang: () => signal('SIGSTOP'), answer: () => signal('SIGCONT'), remove };
}
