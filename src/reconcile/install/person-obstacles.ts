import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorText } from '../../system/errors.ts';
import { quietly } from '../../system/files/read-file.ts';
import type { PersonPlaces } from './person-installation.ts';
import { isOurProgram } from './place-program.ts';

/** What keeps an installation for one person from being written, a sentence for each; empty when it can begin. */
export function personObstacles(
  { program, link, units }: Pick<PersonPlaces, 'program' | 'link' | 'units'>,
  hasSystemd: boolean,
): readonly string[] {
  if (isSeen(program) && !isOurProgram(program)) return [`${program} is there and is not ours`];
  const written = [
    isSeen(program) ? program : dirname(program),
    // A link that is there is never written again.
    ...(isSeen(link) ? [] : [dirname(link)]),
    ...(hasSystemd ? [units] : []),
  ];
  return [...new Set(written.flatMap((directory) => obstacleAt(directory) ?? []))];
}

/** Why no file can be put into a directory, which may still have to be made; null when one can. */
function obstacleAt(directory: string): string | null {
  if (!isSeen(directory)) return obstacleAt(dirname(directory));
  const target = quietly(() => statSync(directory));
  if (target === null) return `${directory} is a link that leads nowhere`;
  if (!target.isDirectory()) return `${directory} is not a directory`;
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return `cannot write into ${directory}: ${systemErrorText(error)}`;
  }
}

/** Also of a link that leads nowhere. What lies behind a file or a closed directory is not seen. */
function isSeen(path: string): boolean {
  return quietly(() => lstatSync(path)) !== null;
}
