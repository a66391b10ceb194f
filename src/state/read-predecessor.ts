import { dirname, join } from 'node:path';
import type { DatedRows, PredecessorRecords } from '../predecessor/import-series.ts';
import { parseTsv } from '../predecessor/import-state.ts';
import { parseSeenSessions } from '../predecessor/seen-sessions.ts';
import { seriesTimeMs } from '../predecessor/series.ts';
import { parseTombstones } from '../predecessor/tombstones.ts';
import { counted } from '../core/text.ts';
import { StateReadError } from '../system/errors.ts';
import { distrustedPath, distrustText, isRoot } from '../system/files/trusted-path.ts';
import { readSeries, type Series } from './predecessor-series.ts';
import { maxTsvBytes } from './predecessor-view-file.ts';
import { readPredecessorFile, readRecordFile } from './state-files.ts';
import { seenSessionsPath, tombstonesPath } from './state-paths.ts';

interface PredecessorReading {
  readonly records: PredecessorRecords;
  /** One message for each file that could not be used, or not wholly. */
  readonly problems: readonly string[];
}

/**
 * Reads all that the predecessor kept of a user: its file at `path`, and what lies beside, within limits of number and
 * size. A damaged file beside costs only itself. Throws StateReadError when the file at `path` cannot be read, and when
 * the system fails, which tells nothing about a file.
 */
export function readPredecessor(path: string, user: string): PredecessorReading {
  const problems: string[] = [];
  const series = readSeries(path, user);
  const earlier = series === null ? [] : readSnapshots(path, series, problems);
  const isLinked = series !== null && series.linked !== null;
  const snapshots = withCurrent(earlier, isLinked ? null : readPlain(path, problems));
  const [stonesPath, seenPath] = [tombstonesPath(dirname(path), user), seenSessionsPath(dirname(path), user)];
  const stones = readBeside(stonesPath, problems);
  const seen = readBeside(seenPath, problems);
  const { tombstones, problems: stoneProblems } = parseTombstones(stones?.text ?? '');
  const { seen: sessions, problems: seenProblems } = parseSeenSessions(seen?.text ?? '', seen?.modifiedAtMs ?? 0);
  problems.push(...inOneMessage(stonesPath, stoneProblems), ...inOneMessage(seenPath, seenProblems));
  const nowMs = Date.now();
  return {
    records: {
      snapshots,
      tombstones: new Map([...tombstones].map(([name, closedMs]) => [name, Math.min(closedMs, nowMs)])),
      seen: sessions.toSorted((one, other) => other.seenAtMs - one.seenAtMs).slice(0, maxSeen),
    },
    problems,
  };
}

/** As many ended sessions as a record keeps. */
const maxSeen = 200;
const maxSnapshots = 500;
const maxSnapshotBytes = 256 * 1024;
const maxRowsOfSnapshot = 2000;
/** For all snapshots together, so that their record fits in the memory: ten times 100 snapshots of 40 sessions. */
const maxRows = 40_000;

/** Oldest first. */
function readSnapshots(path: string, { directory, names, linked }: Series, problems: string[]): readonly DatedRows[] {
  const distrust = isRoot() ? distrustedPath(directory) : null;
  if (distrust !== null) throw new StateReadError(directory, distrustText(directory, distrust));
  const isThere = linked === null || names.includes(linked);
  if (!isThere) {
    const hint = names.length === 0 ? 'nothing is beside it' : 'the newest snapshot beside it counts';
    problems.push(`${path} leads to ${linked}, which is not there; ${hint}`);
  }
  // What is newer than the link was never finished: its sessions may be only some.
  const finished = linked === null || !isThere ? names : names.slice(0, names.indexOf(linked) + 1);
  if (finished.length < names.length) {
    const count = names.length - finished.length;
    problems.push(`${path} leads to ${linked}, so ${count} newer in ${directory} were not imported`);
  }
  const found: DatedRows[] = [];
  let rowCount = 0;
  for (const [index, name] of finished.toReversed().entries()) {
    if (found.length === maxSnapshots || rowCount > maxRows) {
      const left = counted(finished.length - index, 'older snapshot');
      problems.push(`${left} in ${directory} not imported: too many`);
      break;
    }
    const snapshot = readSnapshot(join(directory, name), name, problems);
    if (snapshot === null) continue;
    rowCount += snapshot.rows.length;
    found.push(snapshot);
  }
  return inOrder(found.toReversed());
}

function readSnapshot(path: string, name: string, problems: string[]): DatedRows | null {
  const reading = readBesideWithin(path, maxSnapshotBytes, problems);
  if (reading === null) return null;
  const { rows, problems: lines } = parseTsv(reading.text);
  if (rows.length === 0) {
    problems.push(`${path} was not imported: ${shortened(lines[0] ?? 'it is empty')}`);
    return null;
  }
  if (rows.length > maxRowsOfSnapshot) {
    problems.push(
      `${path} was not imported: its ${counted(rows.length, 'session')} are over the limit of ${maxRowsOfSnapshot}`,
    );
    return null;
  }
  problems.push(...inOneMessage(path, lines));
  return { rows, takenAtMs: Math.min(takenAtMs(seriesTimeMs(name) ?? 0, reading.modifiedAtMs), Date.now()) };
}

/**
 * The time in the name, in UTC: that of the file is lost when it is copied. But a file that was written up to half a day
 * before its name's time has a name in the time of a zone.
 */
function takenAtMs(nameMs: number, modifiedAtMs: number): number {
  const earlyMs = nameMs - modifiedAtMs;
  return earlyMs > minuteMs && earlyMs <= maxZoneMs ? Math.floor(modifiedAtMs) : nameMs;
}

const minuteMs = 60_000;
const maxZoneMs = 14 * 60 * minuteMs;

/** Sorted by time. No two have the same one, because the id of a snapshot is its time. */
function inOrder(snapshots: readonly DatedRows[]): readonly DatedRows[] {
  let latestMs = -1;
  return snapshots
    .toSorted((one, other) => one.takenAtMs - other.takenAtMs)
    .map((one) => {
      latestMs = Math.max(one.takenAtMs, latestMs + 1);
      return { ...one, takenAtMs: latestMs };
    });
}

/** The plain file is what the predecessor would restore, whatever lies beside. */
function withCurrent(earlier: readonly DatedRows[], current: DatedRows | null): readonly DatedRows[] {
  if (current === null) return earlier;
  return [...earlier, { ...current, takenAtMs: Math.max(current.takenAtMs, (earlier.at(-1)?.takenAtMs ?? -1) + 1) }];
}

/** null for a file without a valid row, too, because the predecessor sometimes emptied its files. */
function readPlain(path: string, problems: string[]): DatedRows | null {
  const reading = readPredecessorFile(path, maxTsvBytes);
  if (reading === null) return null;
  const { rows, problems: lines } = parseTsv(reading.text);
  problems.push(...inOneMessage(path, lines));
  return rows.length === 0 ? null : { rows, takenAtMs: Math.floor(reading.modifiedAtMs) };
}

function readBeside(path: string, problems: string[]): ReturnType<typeof readBesideWithin> {
  return readBesideWithin(path, maxBesideBytes, problems);
}

const maxBesideBytes = 4 * 1024 * 1024;

/** null for a file that cannot be used. Throws StateReadError. */
function readBesideWithin(
  path: string,
  maxBytes: number,
  problems: string[],
): { readonly text: string; readonly modifiedAtMs: number } | null {
  const reading = readRecordFile(path, maxBytes);
  if (reading.kind === 'read') return reading;
  if (reading.kind === 'missing') return null;
  if (reading.kind === 'failed' && reading.code !== 'EPERM') throw new StateReadError(path, reading.reason);
  problems.push(`${path} was not imported: ${reading.reason}`);
  return null;
}

function inOneMessage(path: string, lines: readonly string[]): readonly string[] {
  const [first, ...others] = lines;
  if (first === undefined) return [];
  const rest = others.length === 0 ? '' : `; and ${others.length} more`;
  return [`${path} was not wholly imported: ${shortened(first)}${rest}`];
}

/** A hostile line can be as long as its file. */
function shortened(text: string): string {
  return text.length <= maxShown ? text : `${text.slice(0, maxShown)}…`;
}

const maxShown = 240;
