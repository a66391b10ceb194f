import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LeftAlone } from '../core/units/units.ts';
import { leavesAlone } from '../core/units/left-alone-mark.ts';
import { writeFileAtomic } from '../system/files/atomic-file.ts';
import { ensureDirectory } from '../system/files/ensure-directory.ts';
import { errnoName } from '../system/errors.ts';
import { readRegularFile } from '../system/files/read-file.ts';
import { administratorUnits, mark } from './installation.ts';
import { maxUnitBytes, removeIfEmpty } from './unit-files.ts';

/** A drop-in in it may leave a unit alone until the next boot. */
const runtimeDirectory = '/run/systemd/system';

/** The drop-in by which an administrator leaves a unit alone, ours or another one; null when there is none. */
export function leftAlone(unit: string, administrator = administratorUnits): LeftAlone | null {
  const directories = [administrator, runtimeDirectory].map((directory) => join(directory, `${unit}.d`));
  for (const path of directories.flatMap(dropInsIn)) {
    const reading = readRegularFile(path, maxUnitBytes);
    if (reading.kind === 'read' && leavesAlone(reading.text)) {
      return { path, since: new Date(reading.modifiedAtMs).toISOString() };
    }
  }
  return null;
}

/** Writes the drop-in that leaves a unit alone. Throws StateWriteError. */
export function leaveAlone(unit: string, administrator = administratorUnits): void {
  const path = ownDropIn(unit, administrator);
  ensureDirectory(dirname(path), { mode: 0o755, owner: root, repair: false });
  writeFileAtomic(path, text(unit), { mode: 0o644, owner: root, existing: 'replace' });
}

/** Removes the drop-in that `leaveAlone` has written, if it is there. */
export function leaveNoLonger(unit: string, administrator = administratorUnits): void {
  const path = ownDropIn(unit, administrator);
  rmSync(path, { force: true });
  removeIfEmpty(dirname(path));
}

const root = { uid: 0, gid: 0 } as const;

function ownDropIn(unit: string, administrator: string): string {
  return join(administrator, `${unit}.d`, 'tmux-persist-leave.conf');
}

/** systemd.syntax(7): systemd ignores a section whose name begins with X-. */
function text(unit: string): string {
  return [
    mark,
    '# Whether this unit is enabled and runs is for its administrator to decide: tmux-persist does not change it.',
    `# The way back: tmux-persist units --heal ${unit}`,
    '[X-TmuxPersist]',
    'Leave=yes',
    '',
  ].join('\n');
}

function dropInsIn(directory: string): readonly string[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.conf'));
    return names.toSorted().map((name) => join(directory, name));
  } catch (error) {
    if (errnoName(error) === 'ENOENT' || errnoName(error) === 'ENOTDIR') return [];
    throw error;
  }
}
