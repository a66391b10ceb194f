import { causeTimeOf, type Manifest } from '../core/manifest.ts';
import { farFutureMs } from '../core/when.ts';

/** The time at which a person closed the session of a name, for the predecessor's later versions. */
export type Tombstones = ReadonlyMap<string, number>;

interface ParsedTombstones {
  readonly tombstones: Tombstones;
  /** One sentence for each line that is no tombstone. */
  readonly problems: readonly string[];
}

/** Parses `USER.forgotten.tsv`: a name and the seconds since the epoch on each line. The later of two lines counts. */
export function parseTombstones(text: string): ParsedTombstones {
  const tombstones = new Map<string, number>();
  const problems: string[] = [];
  text.split('\n').forEach((line, index) => {
    if (line === '') return;
    const { name = '', seconds = '' } = /^(?<name>[^\t]+)\t(?<seconds>[0-9]{1,12})$/.exec(line)?.groups ?? {};
    const timeMs = Number(seconds) * 1000;
    if (name === '' || timeMs >= farFutureMs) problems.push(`line ${index + 1}: expected a name and a time in seconds`);
    else tombstones.set(name, Math.max(timeMs, tombstones.get(name) ?? 0));
  });
  return { tombstones, problems };
}

/**
 * The tombstones of a file and those of a record together. Those of sessions that run again stay: a later snapshot
 * holds these sessions, and older ones still need to tell that they were closed since.
 */
export function withTombstonesOf(known: Tombstones, { sessions }: Manifest): Tombstones {
  const all = new Map(known);
  for (const entry of sessions) {
    const { name, state, cause } = entry;
    if (state !== 'gone' || (cause !== 'closed' && cause !== 'forgotten') || /^$|[\t\n\0]/.test(name)) continue;
    all.set(name, Math.max(Math.floor(Date.parse(causeTimeOf(entry)) / 1000) * 1000, all.get(name) ?? 0));
  }
  return all;
}

/** The text of the file: the newest thousand, the newest last. */
export function formatTombstones(tombstones: Tombstones): string {
  const oldestFirst = [...tombstones].toSorted(([, one], [, other]) => one - other).slice(-maxTombstones);
  return oldestFirst.map(([name, timeMs]) => `${name}\t${timeMs / 1000}\n`).join('');
}

const maxTombstones = 1000;
