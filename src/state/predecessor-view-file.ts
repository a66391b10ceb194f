import { linkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from '../core/manifest.ts';
import { shellQuote } from '../core/own-command.ts';
import { parseTsv } from '../predecessor/import-state.ts';
import { nextSeriesName } from '../predecessor/series.ts';
import { formatTombstones, parseTombstones, withTombstonesOf } from '../predecessor/tombstones.ts';
import { formatDashedTsv, formatTsv, type PredecessorRow, toPredecessorRows } from '../predecessor/view.ts';
import type { Account } from '../system/host/accounts.ts';
import { placeLinkAtomic, writeFileAtomic } from '../system/files/atomic-file.ts';
import { ensureDirectory } from '../system/files/ensure-directory.ts';
import { errnoName, StateReadError, StateWriteError } from '../system/errors.ts';
import type { FileReading } from '../system/files/read-file.ts';
import { continuesSeries, linkTarget, readSeries, type Series } from './predecessor-series.ts';
import { readRecordFile } from './state-files.ts';
import { predecessorViewPath, prepareUserDirectories, tombstonesPath } from './state-paths.ts';

/** The largest file of the predecessor that is read. */
export const maxTsvBytes = 32 * 1024 * 1024;

/**
 * Brings what the predecessor would read in step with the manifest, in the form that is there: a file, or a link to the
 * newest of a series of snapshots. The caller must hold the user's lock. Throws StateWriteError and StateReadError.
 */
export function writePredecessorView(stateDir: string, account: Account, manifest: Manifest, now: Date): void {
  const path = predecessorViewPath(stateDir, account.name);
  const rows = toPredecessorRows(manifest);
  const series = readSeries(path, account.name);
  const prepare = (): void => void prepareUserDirectories(stateDir, account);
  if (series !== null && continuesSeries(path, series)) continueSeries(path, series, rows, now);
  else writePlain(path, formatTsv(rows), prepare);
  writeTombstones(tombstonesPath(stateDir, account.name), manifest);
}

/** A file with lines that could not be imported is kept beside it, as `USER.tsv.kept`. */
function writePlain(path: string, text: string, prepare: () => void): void {
  const present = read(path);
  if (present.kind === 'read') {
    if (present.text === text) return;
    if (parseTsv(present.text).problems.length > 0) keepBeside(path);
  }
  prepare();
  writeFileAtomic(path, text, { mode: 0o600, owner: null, existing: 'replace' });
}

/** Adds a snapshot to the series when the linked one holds something else, and lets the link lead to it. */
function continueSeries(path: string, series: Series, rows: readonly PredecessorRow[], now: Date): void {
  const { directory, names, linked } = series;
  if (linked !== null && holds(join(directory, linked), rows)) return;
  const newest = names.at(-1);
  // A save that was interrupted has written the snapshot, and not the link.
  const isWritten = newest !== undefined && newest !== linked && holds(join(directory, newest), rows);
  const name = isWritten ? newest : nextSeriesName(now, names);
  if (!isWritten) {
    for (const place of [dirname(directory), directory]) {
      ensureDirectory(place, { mode: 0o700, owner: null, repair: false });
    }
    writeFileAtomic(join(directory, name), formatDashedTsv(rows), { mode: 0o600, owner: null, existing: 'keep' });
  }
  placeLinkAtomic(path, linkTarget(path, series, name));
  if (!isWritten) removeOldest(series);
}

/** Whether a snapshot of theirs holds just these rows, in any order. A file that nobody can rely on holds nothing. */
function holds(path: string, rows: readonly PredecessorRow[]): boolean {
  const present = readRecordFile(path, maxTsvBytes);
  if (present.kind !== 'read') return false;
  const { rows: held, problems } = parseTsv(present.text);
  return problems.length === 0 && sortedText(held) === sortedText(rows);
}

function sortedText(rows: readonly PredecessorRow[]): string {
  return rows
    .map(({ name, cwd, id }) => JSON.stringify([name, cwd, id]))
    .toSorted()
    .join('\n');
}

/** A series that is as long as theirs may become grows no longer, and one that is longer is not cut. */
function removeOldest({ directory, names, linked }: Series): void {
  const [oldest] = names;
  if (oldest === undefined || names.length < maxSeries || oldest === linked) return;
  const path = join(directory, oldest);
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw new StateWriteError(path, 'remove', error);
  }
}

/** As many as the predecessor keeps. */
const maxSeries = 200;

/** Only where the file is there: earlier versions know nothing of it. */
function writeTombstones(path: string, manifest: Manifest): void {
  const present = read(path);
  if (present.kind !== 'read') return;
  const { tombstones, problems } = parseTombstones(present.text);
  const all = withTombstonesOf(tombstones, manifest);
  if ([...all].every(([name, timeMs]) => tombstones.get(name) === timeMs)) return;
  if (problems.length > 0) keepBeside(path);
  writeFileAtomic(path, formatTombstones(all), { mode: 0o600, owner: null, existing: 'replace' });
}

function read(path: string): FileReading {
  const present = readRecordFile(path, maxTsvBytes);
  if (present.kind !== 'failed') return present;
  const aside = `mv ${shellQuote(path)} ${shellQuote(`${path}.unreadable`)}`;
  throw new StateReadError(path, `${present.reason}; if it stays so: ${aside}`);
}

/** Gives the file a second name before it is replaced. An earlier kept file stays. */
function keepBeside(path: string): void {
  const keptPath = `${path}.kept`;
  try {
    linkSync(path, keptPath);
  } catch (error) {
    if (errnoName(error) !== 'EEXIST') throw new StateWriteError(keptPath, 'place', error);
  }
}
