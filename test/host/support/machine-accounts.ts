import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineUser } from './exec-inside.ts';

/** The names that a machine's /etc/group has for these numbers, sorted. */
export function groupsIn(root: string, gids: readonly string[]): readonly string[] {
  return readFileSync(join(root, 'etc/group'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [name = '', , gid = ''] = line.split(':');
      return gids.includes(gid) ? [name] : [];
    })
    .toSorted();
}

/** Reads an account from a machine's /etc/passwd; throws when there is none. */
export function accountIn(root: string, name: string): MachineUser {
  const lines = readFileSync(join(root, 'etc/passwd'), 'utf8').split('\n');
  const [, , uid, gid, , home, shell] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
  if (home === undefined || shell === undefined) throw new Error(`the machine has no account ${name}`);
  return { name, uid: Number(uid), gid: Number(gid), home, shell };
}
