import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { endOf } from '../core/screen-text.ts';
import type { Account } from '../system/host/accounts.ts';
import { writeFileAtomic } from '../system/files/atomic-file.ts';
import { ensureDirectory } from '../system/files/ensure-directory.ts';
import { errnoName } from '../system/errors.ts';
import { quietly } from '../system/files/read-file.ts';
import { distrustedAt, isRoot, ownTrust } from '../system/files/trusted-path.ts';
import { readRecordFile } from './state-files.ts';
import { prepareUserDirectories, userDirectory } from './state-paths.ts';

/** The limit of all that is kept of one user, compressed. */
export const maxScrollbackBytes = 16 * 1024 * 1024;
/** The limit of one pane, when it is read: a little more than what safeScreen leaves, in UTF-8. */
const maxPaneBytes = 5 * 1024 * 1024;

/** The kept content of one pane. */
interface KeptScreen {
  readonly name: string;
  /** Which pane it is of. */
  readonly pane: string;
  /** What told of it when it was taken. */
  readonly mark: string;
  readonly bytes: number;
  readonly takenAtMs: number;
}

/** The directory of a user's screens. It is apart from the snapshots, which hold no content of a screen. */
export function scrollbackDirectory(stateDir: string, user: string): string {
  return join(userDirectory(stateDir, user), 'scrollback');
}

/** All that is kept of a user; empty without any. */
export function listScreens(stateDir: string, user: string): readonly KeptScreen[] {
  const directory = scrollbackDirectory(stateDir, user);
  const names = namesIn(directory);
  // Whoever could write there could show anything in a restored pane.
  if (names.length === 0 || distrustedAt(directory, ownTrust()) !== null) return [];
  return names.flatMap((name) => {
    const [, pane, mark] = /^(\d+-\d+(?:-[0-9a-f]{16})?)\.([0-9a-f]+)\.gz$/.exec(name) ?? [];
    const stats = quietly(() => lstatSync(join(directory, name)));
    if (pane === undefined || mark === undefined || stats === null || !stats.isFile()) return [];
    return [{ name, pane, mark, bytes: stats.size, takenAtMs: stats.mtimeMs }];
  });
}

/** The content of one pane, to be kept. */
interface Screen {
  readonly pane: string;
  readonly mark: string;
  readonly text: string;
}

/**
 * Keeps the content of a pane instead of what was kept of it before; of a larger one, the last lines that fit. Throws
 * StateWriteError.
 */
export function keepScreen(stateDir: string, account: Account, { pane, mark, text }: Screen, maxBytes: number): void {
  const { owner, fileMode, directoryMode } = prepareUserDirectories(stateDir, account);
  const directory = scrollbackDirectory(stateDir, account.name);
  ensureDirectory(directory, { mode: directoryMode, owner, repair: isRoot() });
  const name = `${pane}.${mark}.gz`;
  const bytes = compressed(text, maxBytes);
  // A power failure may take it: the next save takes it again.
  writeFileAtomic(join(directory, name), bytes, { mode: fileMode, owner, existing: 'replace', durable: false });
  const others = namesIn(directory).filter((other) => other.startsWith(`${pane}.`) && other !== name);
  for (const other of others) rmSync(join(directory, other), { force: true });
}

function compressed(text: string, maxBytes: number): Buffer {
  const bytes = gzipSync(text, { level: 1 });
  if (bytes.length <= maxBytes || text === '') return bytes;
  return compressed(endOf(text, Math.floor((text.length * maxBytes * 0.95) / bytes.length)), maxBytes);
}

/** The content that was kept of a pane; null without any, and for a damaged file. */
export function readScreen(stateDir: string, user: string, pane: string): string | null {
  const kept = listScreens(stateDir, user).find((one) => one.pane === pane);
  if (kept === undefined) return null;
  const path = join(scrollbackDirectory(stateDir, user), kept.name);
  const reading = readRecordFile(path, maxPaneBytes, 'latin1');
  if (reading.kind !== 'read') return null;
  const bytes = Buffer.from(reading.text, 'latin1');
  return quietly(() => gunzipSync(bytes, { maxOutputLength: maxPaneBytes }).toString('utf8'));
}

/**
 * Removes what belongs to none of these panes, files of killed writers, and the oldest while all together are too large.
 * `panes` is empty when nothing is to be kept.
 */
export function pruneScreens(stateDir: string, user: string, panes: ReadonlySet<string>): void {
  const directory = scrollbackDirectory(stateDir, user);
  const kept = listScreens(stateDir, user).filter(({ pane }) => panes.has(pane));
  const newestFirst = kept.toSorted((a, b) => b.takenAtMs - a.takenAtMs);
  let bytes = 0;
  const wanted = new Set(newestFirst.flatMap((one) => ((bytes += one.bytes) <= maxScrollbackBytes ? [one.name] : [])));
  for (const name of namesIn(directory)) if (!wanted.has(name)) rmSync(join(directory, name), { force: true });
}

/**
 * Writes a text to a file that only this user can read, below a directory that only the invoker can change. It is for a
 * moment: `removeHandedOver` takes it away. Returns its path.
 */
export function handOver(stateDir: string, { name, uid, gid }: Account, text: string): string {
  const directory = handOverDirectory(stateDir);
  // Its user passes through it, and cannot list it.
  ensureDirectory(directory, { mode: isRoot() ? 0o711 : 0o700, owner: null, repair: isRoot() });
  const path = join(directory, `${name}.${randomBytes(12).toString('hex')}`);
  const owner = isRoot() ? { uid, gid } : null;
  writeFileAtomic(path, text, { mode: 0o400, owner, existing: 'keep', durable: false });
  return path;
}

/** How long a pane may take to show what it was handed over: its shell has not even started then. */
const handOverMs = 60_000;

/** Removes what was handed over to a user's panes a while ago. */
export function removeHandedOver(stateDir: string, user: string, nowMs: number): void {
  const directory = handOverDirectory(stateDir);
  for (const name of namesIn(directory)) {
    const path = join(directory, name);
    const isOld = nowMs - (quietly(() => lstatSync(path).mtimeMs) ?? nowMs) > handOverMs;
    const isOwn = name.startsWith(`${user}.`) && /^[0-9a-f]{24}$/.test(name.slice(user.length + 1));
    if (isOld && (isOwn || name.startsWith('.'))) rmSync(path, { force: true });
  }
}

function handOverDirectory(stateDir: string): string {
  return join(stateDir, 'shown');
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return [];
    throw error;
  }
}
