import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { shellQuote } from '../core/own-command.ts';
import { isPredecessorScript } from '../predecessor/files.ts';
import { readRegularFile } from '../system/read-file.ts';
import { installDirectory, mark, maxUnitBytes } from './unit-files.ts';

/** The command that the units call. Nobody else installs anything there. */
export const launcherPath = `${installDirectory}/bin/tmux-persist`;

/** The command that people type. An installer of the predecessor puts its script there, too. */
export const commandPath = '/usr/local/bin/tmux-persist';

/** What root runs who types `tmux-persist`, when that is not the installed program; null when it is. */
export interface StrangeCommand {
  readonly message: string;
  /** Puts the installed program there, and keeps what was there beside. */
  readonly mend: string;
}

/** Looks at the command on root's PATH. Reads only. */
export function strangeCommand(rootPath = usualRootPath, launcher = launcherPath): StrangeCommand | null {
  const path = rootPath
    .split(delimiter)
    .map((directory) => join(directory, 'tmux-persist'))
    .find((candidate) => existsSync(candidate));
  const mend = `install --backup=numbered ${shellQuote(launcher)} ${shellQuote(path ?? commandPath)}`;
  if (path === undefined) {
    return { message: `no tmux-persist is on the PATH of root; the units go on, with ${launcher}`, mend };
  }
  const reading = readRegularFile(path, maxUnitBytes);
  if (reading.kind === 'read' && reading.text.split('\n', 5).includes(mark)) return null;
  const isPredecessors = reading.kind === 'read' && isPredecessorScript(reading.text);
  const what = isPredecessors ? "is the predecessor's script" : 'is not this program';
  const advice = 'the units do not use it. Change what installs it there, or it comes again. Until then call';
  return { message: `${path} ${what}; ${advice} ${launcher}`, mend };
}

/** What sudo and root's shells have on Debian. */
const usualRootPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
