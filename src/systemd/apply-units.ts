import { rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { UnitOutcome } from '../core/outcome.ts';
import type { UnitAction } from '../core/units.ts';
import { keepPredecessor } from '../predecessor/files.ts';
import { writeFileAtomic } from '../system/atomic-file.ts';
import { ensureDirectory } from '../system/ensure-directory.ts';
import { errnoName, StateWriteError } from '../system/errors.ts';
import { readRegularFile } from '../system/read-file.ts';
import { isDropIn, isPredecessorKept, isPredecessors } from './observe-units.ts';
import { systemctl, SystemctlError, type SystemctlOptions } from './systemctl.ts';
import { desiredUnits, maxUnitBytes, ownership, unitDirectory, watchUnit } from './unit-files.ts';

const actTimeoutMs = 30_000;
const root = { uid: 0, gid: 0 } as const;

/** Runs the planned unit actions, in their order. Without actions it runs no daemon-reload either. */
export async function applyUnits(
  actions: readonly UnitAction[],
  contents: ReadonlyMap<string, string>,
  { signal }: Pick<SystemctlOptions, 'signal'>,
  directory = unitDirectory,
): Promise<ReadonlyMap<UnitAction, UnitOutcome>> {
  const outcomes = new Map<UnitAction, UnitOutcome>();
  if (actions.length === 0) return outcomes;
  const options = { signal, timeoutMs: actTimeoutMs };
  const onDisk = actions.filter(({ action }) => action === 'remove' || action === 'install' || action === 'update');
  for (const action of onDisk)
    outcomes.set(action, await attempt(() => changeFile(action, contents, directory, options)));
  const reload = await attempt(() => systemctl(['daemon-reload'], options));
  for (const action of onDisk) {
    if (reload.kind === 'failed' && outcomes.get(action)?.kind === 'done') outcomes.set(action, reload);
  }
  for (const action of onDisk) {
    const isDone = outcomes.get(action)?.kind === 'done';
    if (isDone && action.unit === watchUnit) outcomes.set(action, await attempt(() => restartWatch(options)));
  }
  for (const action of actions) {
    if (action.action !== 'enable' && action.action !== 'start') continue;
    outcomes.set(action, await attempt(() => systemctl([action.action, '--', action.unit], options)));
  }
  return outcomes;
}

/** Starts the watch again, if it runs. Throws SystemctlError. */
export async function restartWatch(options: SystemctlOptions): Promise<void> {
  await systemctl(['try-restart', '--', watchUnit], options);
}

async function changeFile(
  { action, unit, diff }: UnitAction,
  contents: ReadonlyMap<string, string>,
  directory: string,
  options: SystemctlOptions,
): Promise<void> {
  const path = join(directory, unit);
  if (action === 'remove') {
    // Only a timer is stopped, because the servers that a service started may live in its cgroup.
    await systemctl(['disable', ...(unit.endsWith('.timer') ? ['--now'] : []), '--', unit], options);
    rmSync(path);
    return;
  }
  // A current file that is only not loaded yet needs nothing but the daemon-reload.
  if (action === 'update' && diff === null) return;
  const text = contents.get(unit);
  if (text === undefined) throw new TypeError(`${unit} is planned and has no content`);
  if (isPredecessors(directory, unit)) keepPredecessor(path, (kept) => isPredecessorKept(directory, unit, kept));
  if (isDropIn(unit)) ensureDirectory(dirname(path), { mode: 0o755, owner: root, repair: false });
  writeFileAtomic(path, text, { mode: 0o644, owner: root, existing: action === 'install' ? 'keep' : 'replace' });
}

/** Runs one step; a failure of one unit does not stop the others. */
async function attempt(step: () => Promise<unknown>): Promise<UnitOutcome> {
  try {
    await step();
    return { kind: 'done' };
  } catch (error) {
    const isExpected = error instanceof SystemctlError || error instanceof StateWriteError || errnoName(error) !== null;
    if (isExpected && error instanceof Error) return { kind: 'failed', message: error.message };
    throw error;
  }
}

interface RemovedUnits {
  readonly removed: readonly string[];
  /** Files in the places of this program's units that are not its own. */
  readonly kept: readonly string[];
}

/**
 * Stops, disables and removes this program's units, even edited ones. It leaves other files in their places. Throws
 * SystemctlError.
 */
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
  // Restored servers live on, in services of the users, or by KillMode=process of the restore unit.
  if (units.length > 0) await systemctl(['disable', '--now', '--', ...units], options);
  // A unit that failed would stay listed as such. systemd refuses this for a unit that it has not loaded.
  for (const unit of units) await attempt(() => systemctl(['reset-failed', '--', unit], options));
  for (const name of removed) {
    rmSync(join(directory, name));
    if (isDropIn(name)) removeIfEmpty(dirname(join(directory, name)));
  }
  if (removed.length > 0) await systemctl(['daemon-reload'], options);
  return { removed, kept: there.flatMap(({ name }) => (removed.includes(name) ? [] : [name])) };
}

/** Longer than the final save may take, which runs when the shutdown unit stops. */
const stopTimeoutMs = 90_000;

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Other people have drop-ins in that directory.
  }
}
