import { lstatSync } from 'node:fs';
import { isCause, type Manifest } from '../core/manifest.ts';
import { type TimelinePoint, timelinePoint } from '../core/offer/timeline.ts';
import type { Account } from '../system/host/accounts.ts';
import { writeFileAtomic } from '../system/files/atomic-file.ts';
import { isReadError, StateWriteError } from '../system/errors.ts';
import { quietly } from '../system/files/read-file.ts';
import { type SnapshotSource, storedSnapshotsOf } from './snapshot-source.ts';
import { isCount, isObject, isTime, parseJsonObject, readRecordFile } from './state-files.ts';
import { prepareUserDirectories, snapshotPath, timelinePath } from './state-paths.ts';

/** Where the snapshots of a source are on the disk, if they are stored yet. */
export interface TimelinePlace {
  readonly stateDir: string;
  readonly user: string;
}

/**
 * The timeline of the valid snapshots of a source, newest first. Records of this host can be some hundred, which takes
 * half a second to read; so what a save noted of them is used, for each file that is still the same.
 */
export function timelineOf(source: SnapshotSource, place: TimelinePlace): readonly TimelinePoint[] {
  const noted = readNoted(place);
  const known = source.ids.map((id) => {
    const note = noted.get(id);
    return note !== undefined && note.file === fileMark(place, id) ? note : null;
  });
  return pointsOf(source, known, new Map()).flatMap(({ point }) => point ?? []);
}

/**
 * Notes the timeline after a save has stored a snapshot. `recent` are records that are in memory. The caller must hold
 * the user's lock. A failure costs nothing but time at the next reading.
 */
export function keepTimeline(stateDir: string, account: Account, recent: ReadonlyMap<string, Manifest>): void {
  const place = { stateDir, user: account.name };
  try {
    const source = storedSnapshotsOf(stateDir, account.name);
    if (source.ids.length < worthNoting) return;
    const noted = readNoted(place);
    const known = source.ids.map((id) => noted.get(id) ?? null);
    const notes = pointsOf(source, known, recent).map(
      ({ id, point, note }): Note => note ?? { id, file: fileMark(place, id) ?? '', point },
    );
    const { owner, fileMode: mode } = prepareUserDirectories(stateDir, account);
    const text = `${JSON.stringify({ formatVersion: 1, notes })}\n`;
    writeFileAtomic(timelinePath(stateDir, account.name), text, { mode, owner, existing: 'replace', durable: false });
  } catch (error) {
    if (!(error instanceof StateWriteError) && !isReadError(error)) throw error;
  }
}

/** Fewer snapshots are read as quickly themselves. */
const worthNoting = 10;

interface Note {
  readonly id: string;
  /** What tells the file from one that was put in its place. */
  readonly file: string;
  /** null for a damaged snapshot. */
  readonly point: TimelinePoint | null;
}

interface Point extends Pick<Note, 'id' | 'point'> {
  readonly note: Note | null;
}

/** Reads only the snapshots without a note, and for each the valid one before it. */
function pointsOf(
  source: SnapshotSource,
  known: readonly (Note | null)[],
  recent: ReadonlyMap<string, Manifest>,
): readonly Point[] {
  // Two neighbours are needed at a time, and a record may be large.
  const last: { id: string | null; manifest: Manifest | null } = { id: null, manifest: null };
  const manifestOf = (id: string): Manifest | null => {
    const inMemory = recent.get(id);
    if (inMemory !== undefined) return inMemory;
    if (last.id === id) return last.manifest;
    const read = source.read(id);
    last.id = id;
    last.manifest = read?.kind === 'valid' ? read.manifest : null;
    return last.manifest;
  };
  return source.ids.map((id, at): Point => {
    const note = known[at] ?? null;
    if (note !== null) return { id, point: note.point, note };
    const manifest = manifestOf(id);
    if (manifest === null) return { id, point: null, note };
    const before = firstOf(source.ids.slice(at + 1), manifestOf);
    return { id, point: timelinePoint(id, manifest, before), note };
  });
}

function firstOf(ids: readonly string[], manifestOf: (id: string) => Manifest | null): Manifest | null {
  for (const id of ids) {
    const manifest = manifestOf(id);
    if (manifest !== null) return manifest;
  }
  return null;
}

/** null when it is not there. */
function fileMark({ stateDir, user }: TimelinePlace, id: string): string | null {
  const stats = quietly(() => lstatSync(snapshotPath(stateDir, user, id), { throwIfNoEntry: false })) ?? null;
  return stats === null ? null : `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
}

/** 1,000 snapshots need a quarter of it. */
const maxTimelineBytes = 1024 * 1024;

function readNoted({ stateDir, user }: TimelinePlace): ReadonlyMap<string, Note> {
  const reading = readRecordFile(timelinePath(stateDir, user), maxTimelineBytes);
  const document = reading.kind === 'read' ? parseJsonObject(reading.text) : null;
  const notes = document?.['formatVersion'] === 1 ? document['notes'] : null;
  if (!Array.isArray(notes)) return new Map();
  return new Map(notes.flatMap(parseNote).map((note) => [note.id, note] as const));
}

/** Empty for what is no note. */
function parseNote(value: unknown): readonly Note[] {
  if (!isObject(value)) return [];
  const { id, file, point } = value;
  if (typeof id !== 'string' || typeof file !== 'string') return [];
  if (point === null) return [{ id, file, point }];
  if (!isObject(point)) return [];
  const { takenAt, live, lost, cause, appeared, closed } = point;
  const isWhole = isTime(takenAt) && isCount(live) && isCount(lost) && isCount(appeared) && isCount(closed);
  if (!isWhole) return [];
  const known = typeof cause === 'string' && isCause(cause) ? cause : null;
  return [{ id, file, point: { id, takenAt, live, lost, cause: known, appeared, closed } }];
}
