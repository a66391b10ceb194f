import { randomBytes } from 'node:crypto';
import { rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../core/diagnostic.ts';
import { shellQuote } from '../../core/own-command.ts';
import { counted } from '../../core/text.ts';
import { writeFileAtomic } from '../../system/files/atomic-file.ts';
import { StateWriteError, systemErrorText } from '../../system/errors.ts';
import { attemptRead, mustRead, quietly } from '../../system/files/read-file.ts';

const subject = 'state';

/** Checks by a real write whether a save could store a record in this directory, and how many more fit. */
export function examineDisk(directory: string): readonly Finding[] {
  const failure = failureOfWrite(directory);
  if (failure !== null) {
    const message = `nothing can be saved in ${directory}: ${systemErrorText(failure.cause)}`;
    return [{ severity: 'error', subject, message, mend: mendOf(failure, directory) }];
  }
  const space = attemptRead(() => mustRead(directory, () => statfsSync(directory)));
  if (space.kind === 'unreadable') return [];
  const freeMiB = Math.floor((space.value.bavail * space.value.bsize) / 1024 / 1024);
  const { files, ffree } = space.value;
  // Some file systems, such as btrfs, count no files.
  const areFilesShort = files > 0 && ffree < fewFiles;
  if (freeMiB >= fewMiB && !areFilesShort) return [];
  const left = freeMiB < fewMiB ? `${freeMiB} MiB are` : `room for ${counted(ffree, 'file')} is`;
  const mend = `df ${freeMiB < fewMiB ? '-h' : '-i'} ${shellQuote(directory)}`;
  return [{ severity: 'warning', subject, message: `${left} left in ${directory}`, mend }];
}

/** A record of a user with 200 sessions has 0.2 MiB, and a save writes one beside the old one. */
const fewMiB = 64;
const fewFiles = 1000;

/** As large as the record of a user with many sessions, because a full disk may still take a short file. */
const probeBytes = 256 * 1024;

function failureOfWrite(directory: string): StateWriteError | null {
  const path = join(directory, `.doctor-${randomBytes(6).toString('hex')}`);
  try {
    // Random, so that a file system that compresses needs the room, too.
    writeFileAtomic(path, randomBytes(probeBytes), { mode: 0o600, owner: null, existing: 'keep' });
    return null;
  } catch (error) {
    if (!(error instanceof StateWriteError)) throw error;
    return error;
  } finally {
    quietly(() => rmSync(path, { force: true }));
  }
}

/** Which of the two is used up, room or files, the system does not say. */
function mendOf({ code }: StateWriteError, directory: string): string | null {
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return isFull ? `df -h ${shellQuote(directory)} && df -i ${shellQuote(directory)}` : null;
}
