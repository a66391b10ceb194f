import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Scene } from '../scene/scene.ts';
import type { Contestant } from './contestant.ts';

/** The bash script that came before tmux-persist, in a mount namespace where its fixed paths are those of the scene. */
export interface Predecessor {
  readonly save: Contestant;
  readonly restore: Contestant;
  readonly close: () => void;
}

/** `file` is the script, or a text that holds it from its first line to its own end. */
export async function openPredecessor(file: string, scene: Scene): Promise<Predecessor> {
  const directory = join(scene.directory, 'predecessor');
  mkdirSync(directory);
  // It is run as it is; the scene gives it the map of the users, by login.
  const map = scene.users.map(({ name }) => `${name}=${name}\n`).join('');
  const holder = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', '/bin/sh', '-ec', hold, 'sh', directory, map],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const failed = once(holder, 'exit').then(() => ['']);
  const [line] = await Promise.race([once(createInterface(holder.stdout), 'line'), failed]);
  if (line !== 'ready') throw new Error('the private paths of the predecessor could not be made');
  const script = join(scene.directory, 'predecessor.sh');
  writeFileSync(script, scriptIn(readFileSync(file, 'utf8')));
  const run = (mode: string): Contestant => ({
    name: 'predecessor',
    argv: ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '/bin/bash', script, mode],
    // As a system service has it.
    env: { PATH: scene.env['PATH'] ?? '', LANG: 'C.UTF-8' },
  });
  const rowsOf = (user: string): number =>
    readFileSync(`/proc/${holder.pid}/root/var/lib/tmux-persist/${user}.tsv`, 'utf8').split('\n').length - 1;
  const save: Contestant = {
    ...run('save'),
    after: async () => {
      const missing = scene.users.filter(({ name }) => rowsOf(name) !== scene.spec.sessions);
      if (missing.length > 0) throw new Error(`the predecessor has not saved ${missing.length} users`);
    },
  };
  return { save, restore: run('restore'), close: () => holder.stdin.end() };
}

/** The script in a text that may stand around it. */
export function scriptIn(text: string): string {
  const start = text.search(/^#!\/usr\/bin\/env bash$/m);
  if (start < 0) throw new Error('the predecessor has no line "#!/usr/bin/env bash"');
  return text.slice(start);
}

/** Lives as long as its standard input; all that it mounts is gone with it. */
const hold = `
directory=$1 map=$2
mount -t tmpfs -o mode=0755 tmpfs "$directory"
cp -a /etc "$directory/etc"
printf %s "$map" >"$directory/etc/ttyd-user-map"
mount --bind "$directory/etc" /etc
mount -t tmpfs -o mode=0755 tmpfs /var/lib
echo ready
read -r _ || :
`;
