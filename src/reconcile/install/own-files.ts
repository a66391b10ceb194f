import { chmodSync, lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quietly } from '../../system/read-file.ts';
import { mark as unitMark } from '../../systemd/unit-files.ts';

/** The line by which a file of this program is known among those of others. */
export const markLine = unitMark;

/** The same words in a file of JSON. */
const mark = unitMark.slice('# '.length);

/** Whether the name is taken, even by a dangling link. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Whether a file that is there has our mark. */
export function isOurFile(path: string): boolean {
  return lstatSync(path).isFile() && readFileSync(path, 'utf8').includes(`${markLine}\n`);
}

/** Whether a directory that is there is a complete installation of this program. */
export function isOurDirectory(path: string): boolean {
  return lstatSync(path).isDirectory() && readNotes(path) !== null;
}

/** What an installation notes about itself: what it has created outside of its own directory. */
export interface InstallationNotes {
  readonly createdGroup?: true;
  readonly createdAccount?: true;
}

/** In the program's directory, written last. It proves that the directory belongs to this program and is complete. */
const notesName = 'installed.json';

/** null where there is no complete installation of this program. */
export function readNotes(directory: string): InstallationNotes | null {
  const text = quietly(() => readFileSync(join(directory, notesName), 'utf8'));
  const value: unknown = text === null ? null : quietly(() => JSON.parse(text));
  if (typeof value !== 'object' || value === null || !('mark' in value) || value.mark !== mark) return null;
  return {
    ...('createdGroup' in value && value.createdGroup === true ? { createdGroup: true } : {}),
    ...('createdAccount' in value && value.createdAccount === true ? { createdAccount: true } : {}),
  };
}

export function writeNotes(directory: string, version: string, notes: InstallationNotes): void {
  placeFile(join(directory, notesName), `${JSON.stringify({ mark, version, ...notes })}\n`, 0o644);
}

/** Puts a complete file in place in one step. */
export function placeFile(path: string, text: string, mode: number): void {
  const fresh = `${path}.new`;
  writeFileSync(fresh, text);
  chmodSync(fresh, mode);
  renameSync(fresh, path);
}
