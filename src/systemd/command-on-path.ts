import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { shellQuote } from '../core/own-command.ts';
import { isPredecessorScript } from '../predecessor/files.ts';
import { quietly, readRegularFile } from '../system/files/read-file.ts';
import { type Installation, mark } from './installation.ts';
import { maxUnitBytes } from './unit-files.ts';

/** What root runs who types `tmux-persist`, when that is not the installed program; null when it is. */
export interface StrangeCommand {
  readonly message: string;
  /** Puts the installed program there, and keeps what was there beside; null where a person has to choose. */
  readonly mend: string | null;
}

/** Looks at the command on root's PATH. Reads only. */
export function strangeCommand(
  { launcher, command }: Pick<Installation, 'launcher' | 'command'>,
  rootPath = usualRootPath,
): StrangeCommand | null {
  const path = rootPath
    .split(delimiter)
    .map((directory) => join(directory, 'tmux-persist'))
    .find((candidate) => existsSync(candidate));
  const mend = `install --backup=numbered ${shellQuote(launcher)} ${shellQuote(path ?? command)}`;
  if (path === undefined && existsSync(command)) {
    const message = `no tmux-persist is on the PATH of root: call ${command}, or have its directory on that PATH`;
    return { message, mend: null };
  }
  if (path === undefined) {
    return { message: `no tmux-persist is on the PATH of root; the units go on, with ${launcher}`, mend };
  }
  // A package has a link there.
  const reading = readRegularFile(quietly(() => realpathSync(path)) ?? path, maxUnitBytes);
  if (reading.kind === 'read' && reading.text.split('\n', 5).includes(mark)) return null;
  const isPredecessors = reading.kind === 'read' && isPredecessorScript(reading.text);
  const what = isPredecessors ? "is the predecessor's script" : 'is not this program';
  const advice = 'the units do not use it. Change what installs it there, or it comes again. Until then call';
  return { message: `${path} ${what}; ${advice} ${launcher}`, mend };
}

/** What sudo and root's shells have on Debian. */
const usualRootPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
