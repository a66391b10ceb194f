import { lstatSync } from 'node:fs';
import type { Account } from '../system/account.ts';
import { orNull } from '../system/or-null.ts';

/** The command that lets tmux be observed again, by the words of the reason why it could not be; null where none is known. */
export function mendUnknownTmux(reason: string, { uid }: Account): string | null {
  const signal = /\bkill -[A-Z0-9]+ \d+/.exec(reason)?.[0];
  if (signal !== undefined) return signal;
  // tmux 3.1c to 3.8, about the directory of a user's sockets.
  const notDirectory = /^(\/[\w./-]+) is not a directory$/.exec(reason)?.[1];
  if (notDirectory !== undefined) return moveAside(notDirectory);
  const unsafe = /^directory (\/[\w./-]+) has unsafe permissions$/.exec(reason)?.[1];
  if (unsafe === undefined) return null;
  // What somebody else has put there is not to be trusted, whatever its permissions are.
  return orNull(() => lstatSync(unsafe).uid) === uid ? `chmod 700 ${unsafe}` : moveAside(unsafe);
}

/** `-T`: not into whatever somebody may have put there under that name. */
function moveAside(path: string): string {
  return `mv -T ${path} ${path}.old`;
}
