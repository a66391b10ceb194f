import { fstatSync } from 'node:fs';
import { quietly } from '../system/quietly.ts';

/**
 * Whether a standard stream is systemd's journal: systemd names the device and inode of the stream that it connected, and a
 * program that redirects it hands the variable on (systemd.exec(5), $JOURNAL_STREAM).
 */
export function isJournal(env: Readonly<Record<string, string | undefined>>, descriptor: 1 | 2): boolean {
  const named = env['JOURNAL_STREAM'] ?? '';
  if (named === '') return false;
  const stream = quietly(() => fstatSync(descriptor, { bigint: true }));
  return stream !== null && named === `${stream.dev}:${stream.ino}`;
}
