import { rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readRegularFile } from '../system/read-file.ts';
import { isDropIn } from './observe-units.ts';
import { systemctl, type SystemctlOptions } from './systemctl.ts';
import { desiredUnits, maxUnitBytes, unitDirectory } from './unit-files.ts';
import { ownership } from './unit-mark.ts';

export interface RemovedUnits {
  readonly removed: readonly string[];
  /** Files in our units' places that are not ours. */
  readonly kept: readonly string[];
}

/** Stops, disables and removes our units, edited ones included; leaves what others put in their places. Throws SystemctlError. */
export async function removeUnits(
  { signal }: Pick<SystemctlOptions, 'signal'>,
  directory = unitDirectory,
): Promise<RemovedUnits> {
  const options = { signal, timeoutMs: stopTimeoutMs };
  const readings = desiredUnits.map(({ name }) => ({
    name,
    reading: readRegularFile(join(directory, name), maxUnitBytes),
  }));
  const there = readings.filter(({ reading }) => reading.kind !== 'missing');
  const ours = there.filter(({ reading }) => reading.kind === 'read' && ownership(reading.text) !== 'foreign');
  const removed = ours.map(({ name }) => name);
  const units = removed.filter((name) => !isDropIn(name));
  // What was restored lives on: in services of the users, or by KillMode=process of the restore unit.
  if (units.length > 0) await systemctl(['disable', '--now', '--', ...units], options);
  for (const name of removed) {
    rmSync(join(directory, name));
    if (isDropIn(name)) removeIfEmpty(dirname(join(directory, name)));
  }
  if (removed.length > 0) await systemctl(['daemon-reload'], options);
  return { removed, kept: there.flatMap(({ name }) => (removed.includes(name) ? [] : [name])) };
}

/** Longer than the save that the stop of the shutdown unit makes may take. */
const stopTimeoutMs = 90_000;

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Others have drop-ins there.
  }
}
