import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Terminal, Terminals } from '../../core/terminals.ts';
import { mustRead, readIfThere } from '../files/read-file.ts';

/**
 * The terminals of the host at this moment. The kernel gives out 4096 of them, unless somebody has raised
 * kernel.pty.max. Terminals of a container with its own devpts are not among them. Throws HostReadError.
 *
 * Looking again and again is cheaper than inotify, which reports each write to each terminal. What is `known` is not
 * looked at closely again, which takes most of the time. So a number that was given out anew is not noticed.
 */
export function readTerminals(directory = '/dev/pts', known: Terminals = new Map()): Terminals {
  const names = mustRead(directory, () => readdirSync(directory)).filter((name) => /^\d+$/.test(name));
  const found = new Map<string, Terminal>();
  for (const name of names) {
    const terminal = known.get(name) ?? terminalAt(join(directory, name));
    if (terminal !== null) found.set(name, terminal);
  }
  return found;
}

/** null when the terminal is gone. Throws HostReadError. */
export function terminalAt(path: string): Terminal | null {
  const stats = readIfThere(path, () => lstatSync(path, { throwIfNoEntry: false })) ?? null;
  // The change time differs for each terminal of a number, also after a chown or chmod, and stays when somebody writes.
  // The inode belongs to the number, and a birth time is not kept (devpts of Linux 6.18).
  return stats === null ? null : { uid: stats.uid, mark: stats.ctimeMs };
}
