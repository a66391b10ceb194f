import { lstatSync } from 'node:fs';
import type { Observation } from '../../core/observation.ts';
import { quietly } from '../../system/quietly.ts';
import { socketDirectoryOf } from '../../tmux/server-socket.ts';
import type { TmuxTarget } from '../../tmux/tmux-target.ts';

/**
 * The command that lets a user's tmux be observed again; null where none is known. The reason quotes whoever listens on the
 * user's socket: it is compared with what tmux would say about the user's own socket directory, and nothing is taken from it.
 */
export function mendUnknownTmux(
  { reason, mend }: Extract<Observation, { kind: 'unknown' }>,
  target: TmuxTarget,
): string | null {
  if (mend !== undefined) return mend;
  const { name, uid } = target.account;
  const directory = socketDirectoryOf(target);
  if (!/^[\w./-]+$/.test(directory)) return null;
  if (reason === `${directory} is not a directory`) return moveAside(directory);
  const owner = quietly(() => lstatSync(directory).uid);
  if (owner !== null && owner !== uid) return moveAside(directory);
  if (reason !== `directory ${directory} has unsafe permissions`) return null;
  // As its user: root would follow a link that is put there meanwhile.
  return `${target.access === 'own' ? '' : `runuser --pty -u ${name} -- `}chmod 700 ${directory}`;
}

/** `-T`: not into whatever somebody may have put there under that name. */
function moveAside(path: string): string {
  return `mv -T ${path} ${path}.old`;
}
