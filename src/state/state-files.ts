import { shellQuote } from '../core/own-command.ts';
import { StateReadError } from '../system/errors.ts';
import { type FileReading, readRegularFile } from '../system/files/read-file.ts';
import {
  type Distrust,
  distrustedAt,
  distrustedEntry,
  distrustedPath,
  distrustText,
  isRoot,
  ownTrust,
} from '../system/files/trusted-path.ts';
import { lockDirectory, snapshotsDirectory, userDirectory, usersDirectory } from './state-paths.ts';

/**
 * What another user could change in the shared state directories; null when nothing. The directories of single users
 * are not checked.
 */
export function distrustedState(stateDir: string): Distrust | null {
  const onTheWay = isRoot() ? distrustedPath(stateDir) : distrustedAt(stateDir, { ...ownTrust(), links: 'followed' });
  return onTheWay ?? distrustedAmong([usersDirectory(stateDir), lockDirectory(stateDir)]);
}

/** Throws StateReadError when another user could change the user's records. */
export function requireTrustedRecords(stateDir: string, user: string): void {
  const distrust = distrustedAmong([userDirectory(stateDir, user), snapshotsDirectory(stateDir, user)]);
  if (distrust !== null) throw new StateReadError(distrust.path, distrustText(distrust.path, distrust));
}

/** Reads a file among the records. It counts only when no other user could have written it. */
export function readRecordFile(path: string, maxBytes: number, encoding: BufferEncoding = 'utf8'): FileReading {
  const reading = readRegularFile(path, maxBytes, encoding);
  if (reading.kind !== 'read') return reading;
  const distrust = distrustedEntry(path, reading.stats, ownTrust());
  return distrust === null ? reading : { kind: 'failed', reason: distrust.why, code: 'EPERM' };
}

/**
 * Reads a file of the predecessor's, in any place; null when there is none. Throws StateReadError, also when another
 * user could have written it.
 */
export function readPredecessorFile(
  path: string,
  maxBytes: number,
): Extract<FileReading, { readonly kind: 'read' }> | null {
  const reading = readRecordFile(path, maxBytes);
  if (reading.kind === 'missing') return null;
  const own = reading.kind === 'unreadable' ? distrustedAt(path, ownTrust()) : null;
  const distrust = own ?? (isRoot() ? distrustedPath(path) : null);
  if (distrust !== null) throw new StateReadError(path, distrustText(path, distrust));
  if (reading.kind !== 'read') throw new StateReadError(path, reading.reason);
  return reading;
}

function distrustedAmong(paths: readonly string[]): Distrust | null {
  const trust = ownTrust();
  for (const path of paths) {
    const distrust = distrustedAt(path, trust);
    if (distrust !== null) return distrust;
  }
  return null;
}

/**
 * The text of a file that a later run can replace; null when there is none. Throws StateReadError when the system
 * denies the read.
 */
export function readStateText(path: string, maxBytes: number): string | null {
  const reading = readRecordFile(path, maxBytes);
  if (reading.kind === 'failed')
    throw new StateReadError(path, `${reading.reason}; if it stays so: rm ${shellQuote(path)}`);
  return reading.kind === 'read' ? reading.text : null;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses a JSON object; null for any other text. */
export function parseJsonObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

/** Whether a value is an ISO 8601 time. */
export function isTime(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
