import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Observation } from '../core/observation.ts';
import { quietly } from '../system/quietly.ts';
import type { TmuxTarget } from '../tmux/tmux-target.ts';

/**
 * The command that lets a user's tmux be observed again; null where none is known. The reason quotes whoever listens on the
 * user's socket: it is compared with what tmux would say about the user's own socket directory, and nothing is taken from it.
 */
export function mendUnknownTmux(
  { reason, mend }: Extract<Observation, { kind: 'unknown' }>,
  { account: { uid }, tmpDir }: TmuxTarget,
): string | null {
  if (mend !== undefined) return mend;
  const directory = join(tmpDir ?? '/tmp', `tmux-${uid}`);
  if (!/^[\w./-]+$/.test(directory)) return null;
  // The words of tmux 3.1c to 3.8.
  if (reason === `${directory} is not a directory`) return moveAside(directory);
  if (reason !== `directory ${directory} has unsafe permissions`) return null;
  // What somebody else has put there is not to be trusted, whatever its permissions are.
  return quietly(() => lstatSync(directory).uid) === uid ? `chmod 700 ${directory}` : moveAside(directory);
}

/** `-T`: not into whatever somebody may have put there under that name. */
function moveAside(path: string): string {
  return `mv -T ${path} ${path}.old`;
}
