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
  const script = (name: string, ...args: readonly string[]): string => [`${copy}/scripts/${name}`, ...args].join(' ');
  return {
    // `quiet` leaves out the spinner, which sleeps.
    save: caller(scene, 'save', (run) => run(script('save.sh', 'quiet'))),
    // It restores into a server that runs, and clears away a lone session 0 where it can.
    restore: caller(
      scene,
      'restore',
      (run) => `${run('tmux -f /dev/null new-session -d -s 0')}${run(script('restore.sh'))}`,
    ),
  };
}

/** Not by tmux's run-shell: the work would be the server's child then, and would not be counted. */
function caller(scene: Scene, what: string, calls: (run: (command: string) => string) => string): Contestant {
  const script = join(scene.directory, `resurrect-${what}.sh`);
  const lines = scene.users.map(({ name, uid, home }) => {
    const own = `HOME=${home} USER=${name} LOGNAME=${name} SHELL=/bin/bash PATH="$PATH" LANG=C.UTF-8`;
    return calls((command) => `runuser -u ${name} -- env -i ${own} TMUX=/tmp/tmux-${uid}/default,0,0 ${command}\n`);
  });
  writeFileSync(script, lines.join(''));
  return { name: 'tmux-resurrect', argv: ['/bin/sh', script], env: scene.env };
}
