import { basename } from 'node:path';
import { writeFileAtomic } from '../system/files/atomic-file.ts';
import { removeAbandonedWrites } from './abandoned-writes.ts';
import { readRecordFile } from './state-files.ts';
import { lastGoodRosterPath, prepareSharedFiles } from './state-paths.ts';

/** A roster in which nothing was wrong, with the path of the file that it was in. */
export interface GoodRoster {
  readonly path: string;
  /** YAML, whatever form the file had. */
  readonly text: string;
}

/** The last roster in which nothing was wrong; null when none is kept, or when another user could have written it. */
export function readLastGoodRoster(stateDir: string): GoodRoster | null {
  const reading = readRecordFile(lastGoodRosterPath(stateDir), maxBytes);
  if (reading.kind !== 'read') return null;
  const [first = ''] = reading.text.split('\n', 1);
  const path = headPattern.exec(first)?.[1];
  return path === undefined ? null : { path, text: reading.text.slice(first.length + 1) };
}

/** Keeps a roster in which nothing is wrong, unless the same one is kept already. Throws StateWriteError. */
export function keepGoodRoster(stateDir: string, { path, text }: GoodRoster): void {
  const kept = readLastGoodRoster(stateDir);
  if (kept?.path === path && kept.text === text) return;
  prepareSharedFiles(stateDir);
  const content = `${head}${path}\n${text}`;
  // The roster itself may be closed to other users.
  const place = lastGoodRosterPath(stateDir);
  writeFileAtomic(place, content, { mode: 0o600, owner: null, existing: 'replace' });
  removeAbandonedWrites(stateDir, basename(place));
}

const head = '# The last good roster, kept by tmux-persist for its saves. A copy of: ';
const headPattern = /^# The last good roster, .*? A copy of: (.+)$/;

/** A roster of the greatest size, and the line above it. */
const maxBytes = 1024 * 1024 + 8_192;
