import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { seriesTimeMs } from '../predecessor/series.ts';
import { errnoName, StateReadError, systemErrorText } from '../system/errors.ts';
import { quietly } from '../system/files/read-file.ts';
import { distrustedAt, distrustText, ownTrust } from '../system/files/trusted-path.ts';

/** The snapshots that the predecessor's later versions keep beside `USER.tsv`, which is a link to the current one. */
export interface Series {
  readonly directory: string;
  /** The file names of its snapshots, oldest first. */
  readonly names: readonly string[];
  /** The file name of the snapshot that the link leads to, there or not; null where no link of theirs is. */
  readonly linked: string | null;
}

/**
 * The series of a user beside the predecessor's file at `path`; null where that has an older form. Only a link to
 * exactly `snapshots/USER/TIME.tsv` is one of theirs. Throws StateReadError, also when another user could change the
 * series.
 */
export function readSeries(path: string, user: string): Series | null {
  const directory = join(dirname(path), 'snapshots', user);
  const linked = linkedName(path, directory);
  for (const place of [dirname(directory), directory]) {
    const distrust = distrustedAt(place, ownTrust());
    if (distrust === null) continue;
    // Where nothing leads there, it is no part of the record.
    if (linked === null) return null;
    throw new StateReadError(place, distrustText(place, distrust));
  }
  const names = namesIn(directory);
  return linked === null && names.length === 0 ? null : { directory, names, linked };
}

/**
 * Whether a new snapshot belongs into the series. A plain file in the link's place was put there by an earlier version,
 * or by a person who went back to one.
 */
export function continuesSeries(path: string, series: Series): boolean {
  return series.linked !== null || quietly(() => lstatSync(path)) === null;
}

/** What a link at `path` must hold to lead to a snapshot of the series, in the form of the link that is there. */
export function linkTarget(path: string, { directory }: Series, name: string): string {
  const present = quietly(() => readlinkSync(path)) ?? '';
  const target = join(directory, name);
  return isAbsolute(present) ? target : relative(dirname(path), target);
}

function linkedName(path: string, directory: string): string | null {
  const target = quietly(() => readlinkSync(path));
  if (target === null) return null;
  const name = basename(target);
  const isTheirs = seriesTimeMs(name) !== null && resolve(dirname(path), target) === join(directory, name);
  return isTheirs ? name : null;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => seriesTimeMs(name) !== null)
      .toSorted();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoName(error) ?? '')) return [];
    throw new StateReadError(directory, systemErrorText(error));
  }
}
