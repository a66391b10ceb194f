import { chmodSync, lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InstallationNotes, mark, markWords, notesName, readNotes } from '../../systemd/installation.ts';

/** Whether the name is taken, even by a dangling link. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Whether a file that is there has our mark. */
export function isOurFile(path: string): boolean {
  return lstatSync(path).isFile() && readFileSync(path, 'utf8').includes(`${mark}\n`);
}

/** Whether a directory that is there is a complete installation of this program. */
export function isOurDirectory(path: string): boolean {
  return lstatSync(path).isDirectory() && readNotes(path) !== null;
}

export function writeNotes(directory: string, version: string, notes: InstallationNotes): void {
  placeFile(join(directory, notesName), `${JSON.stringify({ mark: markWords, version, ...notes })}\n`, 0o644);
}

/** Puts a complete file in place in one step. */
export function placeFile(path: string, text: string, mode: number): void {
  const fresh = `${path}.new`;
  writeFileSync(fresh, text);
  chmodSync(fresh, mode);
  renameSync(fresh, path);
}
