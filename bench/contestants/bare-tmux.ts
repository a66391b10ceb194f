import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import type { Scene } from '../scene/scene.ts';
import type { Contestant } from './contestant.ts';

const listing = '#{session_name}\t#{window_index}\t#{pane_index}\t#{pane_pid}\t#{pane_current_path}';

/** The floor of a save and of a plan: Node starts once, each user's own tmux lists the panes, and nobody looks at them. */
export function floor({ users, env, directory }: Scene): Contestant {
  const calls = users.map(({ name }) => `runuser -u ${name} -- tmux -u list-panes -a -F '${listing}'\n`);
  const script = join(directory, 'list.sh');
  writeFileSync(script, [`${execPath} -e 0\n`, ...calls].join(''));
  return { name: 'floor', argv: ['/bin/sh', '-e', script], env };
}

/** The floor of a restore: each user's own tmux reads a file of `new-session` lines, all users at once. */
export function bareCommandFiles({ users, env, directory }: Scene): Contestant {
  const calls = users.map(
    ({ name, home }) =>
      `runuser -u ${name} -- env -i HOME=${home} USER=${name} LOGNAME=${name} SHELL=/bin/bash PATH="$PATH" LANG=C.UTF-8 ` +
      `tmux -u -f /dev/null start-server ';' source-file ${home}/sessions.tmux &\n`,
  );
  const script = join(directory, 'source.sh');
  writeFileSync(script, [...calls, 'wait\n'].join(''));
  return { name: 'bare tmux', argv: ['/bin/sh', script], env };
}
