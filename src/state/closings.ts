import type { IntendedClose } from '../core/record/intended-closes.ts';
import type { Account } from '../system/host/accounts.ts';
import { writeFileAtomic } from '../system/files/atomic-file.ts';
import { isObject, isTime, parseJsonObject, readStateText } from './state-files.ts';
import { closingsPath, prepareUserDirectories } from './state-paths.ts';

const maxClosingsBytes = 1024 * 1024;

/** The sessions that a person was about to close. Throws StateReadError when the system denies the read. */
export function readClosings(stateDir: string, user: string): readonly IntendedClose[] {
  const text = readStateText(closingsPath(stateDir, user), maxClosingsBytes);
  const closes = text === null ? null : parseJsonObject(text)?.['closes'];
  return Array.isArray(closes) ? closes.flatMap(parseClose) : [];
}

/** Replaces them. The caller must hold the user's lock. Throws StateWriteError. */
export function writeClosings(stateDir: string, account: Account, closes: readonly IntendedClose[]): void {
  const { owner, fileMode: mode } = prepareUserDirectories(stateDir, account);
  const text = `${JSON.stringify({ formatVersion: 1, closes }, null, 2)}\n`;
  writeFileAtomic(closingsPath(stateDir, account.name), text, { mode, owner, existing: 'replace', durable: false });
}

/** Empty for what is none. */
function parseClose(value: unknown): readonly IntendedClose[] {
  if (!isObject(value)) return [];
  const { name, socket, tmuxId, at } = value;
  if (typeof name !== 'string' || typeof tmuxId !== 'string' || !isTime(at)) return [];
  return [{ name, socket: typeof socket === 'string' ? socket : null, tmuxId, at }];
}
