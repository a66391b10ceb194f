import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { keptName, type ObservedUnit, type UnitCopy, type UnitFile } from '../core/units/units.ts';
import { isPredecessorUnit } from '../predecessor/files.ts';
import { unifiedDiff } from '../system/files/line-diff.ts';
import { readRegularFile } from '../system/files/read-file.ts';
import { keptEditPath } from './kept-edit.ts';
import type { UnitPlaces } from './installation.ts';
import { maxUnitBytes, ownership } from './unit-files.ts';

/** Looks at the file of one unit in both of its places. `wanted` is what this program's own should hold. Reads only. */
export async function lookAtUnitFile(
  places: UnitPlaces,
  name: string,
  wanted: string,
): Promise<Pick<ObservedUnit, 'file' | 'copy'>> {
  const above = await lookAt(join(places.administrator, name), wanted);
  const own = await lookAt(join(places.own, name), wanted);
  if (above.kind === 'masked' || above.kind === 'unreadable') return { file: above, copy: null };
  if (own.kind === 'foreign' || own.kind === 'unreadable' || own.kind === 'masked') return { file: own, copy: null };
  if (above.kind === 'foreign') {
    if (!isPredecessors(places.administrator, name)) return { file: { kind: 'foreign' }, copy: null };
    return { file: { kind: 'predecessor', diff: above.diff }, copy: null };
  }
  return { file: own, copy: copyOf(above, places, name) };
}

/** Whether the predecessor installed the unit file of that name in a directory. */
export function isPredecessors(directory: string, name: string): boolean {
  const text = textIn(directory, name);
  const textOf = (other: string): string | null => textIn(directory, other);
  return text !== null && ownership(text) === 'foreign' && isPredecessorUnit(name, text, textOf);
}

/** Whether this text, kept beside a unit file, was once the predecessor's, too. */
export function isPredecessorKept(directory: string, name: string, text: string): boolean {
  return isPredecessorUnit(name, text, (other) => textIn(directory, keptName(other)) ?? textIn(directory, other));
}

function textIn(directory: string, name: string): string | null {
  const reading = readRegularFile(join(directory, name), maxUnitBytes);
  return reading.kind === 'read' ? reading.text : null;
}

/** systemd.unit(5): a mask is a link to /dev/null, or an empty file. */
export function isMask(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  return found.isSymbolicLink() ? readlinkSync(path) === '/dev/null' : found.isFile() && found.size === 0;
}

/** The links by which a unit is enabled. */
export function enablingLinks(administrator: string, unit: string): readonly string[] {
  return readdirSync(administrator)
    .filter((name) => name.endsWith('.wants'))
    .map((name) => join(administrator, name, unit))
    .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true);
}

type Found =
  Exclude<UnitFile, { readonly kind: 'foreign' | 'predecessor' }> | { readonly kind: 'foreign'; readonly diff: string };

async function lookAt(path: string, wanted: string): Promise<Found> {
  if (isMask(path)) return { kind: 'masked' };
  const reading = readRegularFile(path, maxUnitBytes);
  if (reading.kind === 'failed') return { kind: 'unreadable', reason: reading.reason };
  if (reading.kind !== 'read') return reading;
  const { text } = reading;
  if (text === wanted) return { kind: 'current' };
  const diff = await unifiedDiff(path, text, wanted);
  switch (ownership(text)) {
    case 'intact':
      return { kind: 'outdated', diff };
    case 'edited':
      return { kind: 'edited', diff, keptAs: basename(keptEditPath(path, text)) };
    case 'foreign':
      return { kind: 'foreign', diff };
  }
}

function copyOf(
  above: Exclude<Found, { readonly kind: 'foreign' }>,
  places: UnitPlaces,
  name: string,
): UnitCopy | null {
  switch (above.kind) {
    case 'current':
    case 'outdated': {
      const diff = above.kind === 'outdated' ? above.diff : null;
      return { kind: 'superseded', directory: places.administrator, newDirectory: places.own, diff };
    }
    case 'edited':
      return { kind: 'override', path: join(places.administrator, name) };
    case 'missing':
    case 'masked':
    case 'unreadable':
      return null;
  }
}
