import { renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readRegularFile } from '../system/files/read-file.ts';
import { keptEditPath } from './kept-edit.ts';
import { leaveNoLonger } from './left-alone.ts';
import { enablingLinks, isMask } from './look-at-unit-file.ts';
import { systemctl, SystemctlError, type SystemctlOptions } from './systemctl.ts';
import type { UnitPlaces } from './installation.ts';
import { desiredUnits, isOnlyFile, maxUnitBytes, ownership, removeIfEmpty } from './unit-files.ts';

interface RemovedUnits {
  readonly removed: readonly string[];
  /** Files of an administrator, in the places of this program's units or beside them. */
  readonly kept: readonly string[];
}

/**
 * Stops, disables and removes this program's units, in both places. An edited file is kept under another name, and other
 * files in their places stay. Throws SystemctlError.
 */
export async function removeUnits(
  places: UnitPlaces,
  { signal }: Pick<SystemctlOptions, 'signal'>,
): Promise<RemovedUnits> {
  const options = { signal, timeoutMs: stopTimeoutMs };
  const files = [places.administrator, places.own].flatMap((directory) =>
    desiredUnits.flatMap(({ name }) => lookAt(name, join(directory, name))),
  );
  const ours = files.filter(({ whose }) => whose !== 'foreign');
  const removed = [...new Set(ours.map(({ name }) => name))];
  const units = removed.filter((name) => !isOnlyFile(name));
  const masked = new Set(units.filter((name) => isMask(join(places.administrator, name))));
  // Restored servers live on, in services of the users, or by KillMode=process of the restore unit.
  const known = units.filter((name) => !masked.has(name));
  if (known.length > 0) await systemctl(['disable', '--now', '--', ...known], options);
  // A masked unit was left out of that, and so its links are still there.
  for (const unit of masked) for (const link of enablingLinks(places.administrator, unit)) rmSync(link);
  // systemd refuses both for a unit that it has not loaded. One that failed would stay listed as such.
  for (const unit of masked) await quietlyRun(['stop', '--', unit], options);
  for (const unit of units) await quietlyRun(['reset-failed', '--', unit], options);
  for (const unit of units) leaveNoLonger(unit, places.administrator);
  for (const { name, path, whose, keptAs } of ours) {
    if (whose === 'edited') renameSync(path, keptAs);
    else rmSync(path);
    if (isOnlyFile(name)) removeIfEmpty(dirname(path));
  }
  for (const directory of [places.own, dirname(places.own)]) removeIfEmpty(directory);
  if (removed.length > 0) await systemctl(['daemon-reload'], options);
  const kept = files.flatMap(({ path, whose, keptAs }) =>
    whose === 'intact' ? [] : [whose === 'edited' ? keptAs : path],
  );
  return { removed, kept };
}

/** Longer than the final save may take, which runs when the shutdown unit stops. */
const stopTimeoutMs = 90_000;

interface FoundFile {
  readonly name: string;
  readonly path: string;
  readonly whose: ReturnType<typeof ownership>;
  /** The name of an edited file from then on. */
  readonly keptAs: string;
}

function lookAt(name: string, path: string): readonly FoundFile[] {
  const reading = readRegularFile(path, maxUnitBytes);
  if (reading.kind === 'missing') return [];
  const text = reading.kind === 'read' ? reading.text : '';
  return [{ name, path, whose: ownership(text), keptAs: keptEditPath(path, text) }];
}

async function quietlyRun(args: readonly string[], options: SystemctlOptions): Promise<void> {
  try {
    await systemctl(args, options);
  } catch (error) {
    if (!(error instanceof SystemctlError)) throw error;
  }
}
