import { existsSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { UnitOutcome } from '../core/plan/outcome.ts';
import type { UnitAction } from '../core/units/units.ts';
import { keepPredecessor } from '../predecessor/files.ts';
import { writeFileAtomic } from '../system/files/atomic-file.ts';
import { ensureDirectory } from '../system/files/ensure-directory.ts';
import { errnoName, StateWriteError } from '../system/errors.ts';
import { quietly, readRegularFile } from '../system/files/read-file.ts';
import { keepEdit } from './kept-edit.ts';
import { enablingLinks, isPredecessorKept, isPredecessors } from './look-at-unit-file.ts';
import { systemctl, SystemctlError, type SystemctlOptions } from './systemctl.ts';
import type { UnitPlaces } from './installation.ts';
import { isOnlyFile, lastingUnits, maxUnitBytes, ownership, removeIfEmpty } from './unit-files.ts';

const actTimeoutMs = 30_000;
const root = { uid: 0, gid: 0 } as const;

/** Runs the planned unit actions, in their order. Without actions it runs no daemon-reload either. */
export async function applyUnits(
  actions: readonly UnitAction[],
  contents: ReadonlyMap<string, string>,
  places: UnitPlaces,
  { signal }: Pick<SystemctlOptions, 'signal'>,
): Promise<ReadonlyMap<UnitAction, UnitOutcome>> {
  const outcomes = new Map<UnitAction, UnitOutcome>();
  if (actions.length === 0) return outcomes;
  const options = { signal, timeoutMs: actTimeoutMs };
  const onDisk = actions.filter(({ action }) => action !== 'enable' && action !== 'start');
  for (const action of onDisk) outcomes.set(action, await attempt(() => changeFile(action, contents, places, options)));
  const reload = await attempt(() => systemctl(['daemon-reload'], options));
  for (const action of onDisk) {
    if (reload.kind === 'failed' && outcomes.get(action)?.kind === 'done') outcomes.set(action, reload);
  }
  for (const action of onDisk) {
    if (outcomes.get(action)?.kind !== 'done' || isOnlyFile(action.unit) || action.action === 'remove') continue;
    outcomes.set(action, await attempt(() => settle(action.unit, places, options)));
  }
  for (const action of actions) {
    if (action.action !== 'enable' && action.action !== 'start') continue;
    outcomes.set(action, await attempt(() => systemctl([action.action, '--', action.unit], options)));
  }
  return outcomes;
}

/** What a unit with another file needs once systemd has read it. */
async function settle(unit: string, places: UnitPlaces, options: SystemctlOptions): Promise<void> {
  await renewLinks(unit, places, options);
  if (lastingUnits.includes(unit)) await restart([unit], options);
}

/** Starts again those of the units that run. Throws SystemctlError. */
export async function restart(units: readonly string[], options: SystemctlOptions): Promise<void> {
  await systemctl(['try-restart', '--', ...units], options);
}

async function changeFile(
  { action, unit, diff }: UnitAction,
  contents: ReadonlyMap<string, string>,
  places: UnitPlaces,
  options: SystemctlOptions,
): Promise<void> {
  const above = join(places.administrator, unit);
  if (action === 'remove') {
    // Only a timer is stopped, because the servers that a service started may live in its cgroup.
    await systemctl(['disable', ...(unit.endsWith('.timer') ? ['--now'] : []), '--', unit], options);
    rmSync(above);
    return;
  }
  // A current file that is only not loaded yet needs nothing but the daemon-reload.
  if (action === 'update' && diff === null) return;
  const text = contents.get(unit);
  if (text === undefined) throw new TypeError(`${unit} is planned and has no content`);
  // First the new file and then the end of the old one, so that systemd knows the unit at any time.
  placeUnit(join(places.own, unit), text, action);
  clearAbove(places.administrator, unit);
}

/** Writes the file of a unit where it is not as it should be; an edited one is kept beside. A package's file always is. */
function placeUnit(path: string, text: string, action: UnitAction['action']): void {
  makeDirectory(dirname(path));
  const found = readRegularFile(path, maxUnitBytes);
  if (found.kind === 'read' && found.text === text) return;
  if (found.kind === 'read' && ownership(found.text) === 'edited') keepEdit(path, found.text);
  writeFileAtomic(path, text, { mode: 0o644, owner: root, existing: action === 'install' ? 'keep' : 'replace' });
}

/** With the directories above that are missing: few hosts have one for units below /usr/local. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  ensureDirectory(path, { mode: 0o755, owner: root, repair: false });
}

/** What the administrator's directory has of the predecessor is kept there, what it has of us unedited goes. */
function clearAbove(administrator: string, unit: string): void {
  const path = join(administrator, unit);
  const found = readRegularFile(path, maxUnitBytes);
  if (found.kind !== 'read') return;
  const isTheirs = (kept: string): boolean => isPredecessorKept(administrator, unit, kept);
  if (isPredecessors(administrator, unit)) keepPredecessor(path, isTheirs);
  else if (ownership(found.text) !== 'intact') return;
  rmSync(path);
  if (isOnlyFile(unit)) removeIfEmpty(dirname(path));
}

/** A link that enables the unit names a file that is gone. systemd goes by the name alone, so `enable` would let it be (252). */
async function renewLinks(unit: string, { administrator }: UnitPlaces, options: SystemctlOptions): Promise<void> {
  const old = join(administrator, unit);
  const links = enablingLinks(administrator, unit);
  if (existsSync(old) || !links.some((link) => quietly(() => readlinkSync(link)) === old)) return;
  await systemctl(['reenable', '--', unit], options);
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
