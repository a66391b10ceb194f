import { join } from 'node:path';
import { readRegularFile } from '../system/files/read-file.ts';

/** The name of the Debian package whose program is in this directory, as the package notes it there. */
export function packageNameIn(program: string): string {
  const reading = readRegularFile(join(program, 'package-name'), maxNameBytes);
  const name = reading.kind === 'read' ? reading.text.trim() : '';
  return /^[a-z0-9][a-z0-9.+-]+$/.test(name) ? name : 'tmux-persist';
}

const maxNameBytes = 256;
