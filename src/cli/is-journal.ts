import { fstatSync } from 'node:fs';
import { orNull } from '../system/or-null.ts';

/**
 * Whether a standard stream is systemd's journal: systemd names the device and inode of the stream that it connected, and a
 * program that redirects it hands the variable on (systemd.exec(5), $JOURNAL_STREAM).
 */
export function isJournal(env: Readonly<Record<string, string | undefined>>, descriptor: 1 | 2): boolean {
  const named = env['JOURNAL_STREAM'] ?? '';
  if (named === '') return false;
  const stream = orNull(() => fstatSync(descriptor, { bigint: true }));
  return stream !== null && named === `${stream.dev}:${stream.ino}`;
}
