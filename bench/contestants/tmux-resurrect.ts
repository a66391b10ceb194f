import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scene } from '../scene/scene.ts';
import type { Contestant } from './contestant.ts';

/** A clone of tmux-resurrect, called for each user in turn, as its key bindings call it inside of that user's tmux. */
export interface TmuxResurrect {
  readonly save: Contestant;
  readonly restore: Contestant;
}

/** `directory` is the clone. It is copied to where the users of the scene may read it. */
export function openTmuxResurrect(directory: string, scene: Scene): TmuxResurrect {
  for (const name of ['save.sh', 'restore.sh']) {
    const path = join(directory, 'scripts', name);
    if (!existsSync(path)) throw new Error(`${path} is missing: --resurrect takes a clone of tmux-resurrect`);
  }
  const copy = join(scene.directory, 'tmux-resurrect');
  cpSync(directory, copy, { recursive: true });
  // `quiet` leaves out the spinner, which sleeps.
  const save = caller(scene, 'save', (tmux) => `${tmux} run-shell '${copy}/scripts/save.sh quiet'`);
  // It restores into a server that runs.
  const restore = caller(
    scene,
    'restore',
    (tmux) => `${tmux} new-session -d -s resurrecting ';' run-shell '${copy}/scripts/restore.sh'`,
  );
  return { save, restore };
}

function caller(scene: Scene, what: string, command: (tmux: string) => string): Contestant {
  const calls = scene.users.map(({ name, home }) => {
    const environment = `HOME=${home} USER=${name} LOGNAME=${name} SHELL=/bin/bash PATH="$PATH" LANG=C.UTF-8`;
    return `${command(`runuser -u ${name} -- env -i ${environment} tmux -u -f /dev/null`)}\n`;
  });
  const script = join(scene.directory, `resurrect-${what}.sh`);
  writeFileSync(script, calls.join(''));
  return { name: 'tmux-resurrect', argv: ['/bin/sh', '-e', script], env: scene.env };
}
