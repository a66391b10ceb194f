import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ObservedUnit, PredecessorUnit, UnitFile, UnitSituation } from '../core/units.ts';
import { hasFirstName, isPredecessorUnit } from '../predecessor/files.ts';
import { readRegularFile } from '../system/read-file.ts';
import { nextTickAt } from './next-tick.ts';
import { propertyOf, showUnits, type UnitProperties } from './show-units.ts';
import type { SystemctlOptions } from './systemctl.ts';
import { unifiedDiff } from './unified-diff.ts';
import { desiredUnits, maxUnitBytes, unitDirectory } from './unit-files.ts';
import { ownership } from './unit-mark.ts';

/** Looks at our units, and for those of the predecessor. Reads only. Throws SystemctlError. */
export async function observeUnits(
  contents: ReadonlyMap<string, string>,
  options: Pick<SystemctlOptions, 'signal'>,
  directory = unitDirectory,
): Promise<UnitSituation> {
  const { predecessors, lookAlikes } = firstNamesIn(directory);
  const units = desiredUnits.filter(({ name }) => !isDropIn(name)).map(({ name }) => name);
  const shown = await showUnits([...units, ...predecessors], { ...options, timeoutMs: lookTimeoutMs });
  return {
    units: await Promise.all(
      desiredUnits.map(async (desired) => {
        const wanted = contents.get(desired.name) ?? '';
        const file = await lookAtFile(directory, desired.name, wanted);
        return { desired, observed: observed(desired.name, file, shown.get(desired.name)) };
      }),
    ),
    predecessors: predecessors.map((name) => predecessor(name, shown.get(name))),
    lookAlikes,
  };
}

export const lookTimeoutMs = 10_000;

/** Whether the unit file that is there is what the predecessor installed. */
export function isPredecessors(directory: string, name: string): boolean {
  const textOf = (other: string): string | null => {
    const reading = readRegularFile(join(directory, other), maxUnitBytes);
    return reading.kind === 'read' ? reading.text : null;
  };
  const text = textOf(name);
  return text !== null && ownership(text) === 'foreign' && isPredecessorUnit(name, text, textOf);
}

export function isDropIn(name: string): boolean {
  return name.includes('/');
}

function observed(name: string, file: UnitFile, shown: UnitProperties | undefined): ObservedUnit {
  const isMasked = propertyOf(shown, 'LoadState') === 'masked';
  const dropIns = (propertyOf(shown, 'DropInPaths') ?? '').split(' ');
  return {
    file: isMasked ? { kind: 'masked' } : file,
    enabledState: propertyOf(shown, 'UnitFileState'),
    activeState: propertyOf(shown, 'ActiveState'),
    isStale: propertyOf(shown, 'NeedDaemonReload') === 'yes',
    // Those for every service, or of the distribution, are no news.
    dropIns: dropIns.filter((path) => path.includes(`/${name}.d/`) && !path.startsWith('/usr/')),
    nextTickAt: nextTickAt({
      monotonic: propertyOf(shown, 'NextElapseUSecMonotonic'),
      calendar: propertyOf(shown, 'NextElapseUSecRealtime'),
    }),
    isTicking: name.endsWith('.timer') && propertyOf(shown, 'SubState') === 'running',
  };
}

async function lookAtFile(directory: string, name: string, wanted: string): Promise<UnitFile> {
  const path = join(directory, name);
  if (isMask(path)) return { kind: 'masked' };
  const reading = readRegularFile(path, maxUnitBytes);
  if (reading.kind === 'failed') return { kind: 'unreadable', reason: reading.reason };
  if (reading.kind !== 'read') return reading;
  if (reading.text === wanted) return { kind: 'current' };
  const owner = ownership(reading.text);
  if (owner === 'foreign' && !isPredecessors(directory, name)) return { kind: 'foreign' };
  return { kind: kindOf[owner], diff: await unifiedDiff(path, reading.text, wanted) };
}

const kindOf = { foreign: 'predecessor', edited: 'edited', intact: 'outdated' } as const;

/** systemd.unit(5): a link to /dev/null, or an empty file. */
function isMask(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  return found.isSymbolicLink() ? readlinkSync(path) === '/dev/null' : found.isFile() && found.size === 0;
}

interface FirstNames {
  readonly predecessors: readonly string[];
  readonly lookAlikes: readonly string[];
}

/** The units under the predecessor's first name; a masked one does nothing, and stays. */
function firstNamesIn(directory: string): FirstNames {
  const names = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && hasFirstName(entry.name) && !isMask(join(directory, entry.name)))
    .map((entry) => entry.name)
    .toSorted();
  const predecessors = names.filter((name) => isPredecessors(directory, name));
  return { predecessors, lookAlikes: names.filter((name) => !predecessors.includes(name)) };
}

function predecessor(name: string, shown: UnitProperties | undefined): PredecessorUnit {
  return { name, enabledState: propertyOf(shown, 'UnitFileState'), activeState: propertyOf(shown, 'ActiveState') };
}
