import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from './tool.ts';

/** The file system of a machine: what it writes stays in memory and outlives its boots. */
export interface MachineDisk {
  readonly root: string;
  readonly consoleLog: string;
}

/** Lays a writable layer over a base system. */
export async function makeDisk(directory: string, base: string, id: string, hostname: string): Promise<MachineDisk> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  await tool(['mount', '-t', 'tmpfs', '-o', 'size=2g,mode=755', id, directory]);
  const [upper, work, root] = ['upper', 'work', 'root'].map((name) => join(directory, name));
  if (upper === undefined || work === undefined || root === undefined) throw new Error('unreachable');
  for (const path of [upper, work, root]) mkdirSync(path);
  await tool(['mount', '-t', 'overlay', '-o', `lowerdir=${base},upperdir=${upper},workdir=${work}`, id, root]);
  writeFileSync(join(root, 'etc/hostname'), `${hostname}\n`);
  writeFileSync(join(root, 'etc/hosts'), `127.0.0.1 localhost ${hostname}\n`);
  // machine-id(5): without one, systemd takes each machine's first boot for the first boot of an installation.
  writeFileSync(join(root, 'etc/machine-id'), `${randomBytes(16).toString('hex')}\n`);
  return { root, consoleLog: join(directory, 'console.log') };
}
