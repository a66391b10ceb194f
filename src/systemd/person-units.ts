import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DesiredUnit } from '../core/units/units.ts';
import type { Account } from '../system/host/accounts.ts';
import { writeFileAtomic } from '../system/files/atomic-file.ts';
import { readRegularFile } from '../system/files/read-file.ts';
import { keepEdit, keptEditPath } from './kept-edit.ts';
import { isSystemdRunning, systemctlWith, SystemctlError, type SystemctlOptions } from './systemctl.ts';
import { IncompleteInstallationError, maxUnitBytes, ownership, stamped } from './unit-files.ts';

/** The units of one person without root, in the order of starting. */
export const personUnits: readonly DesiredUnit[] = [
  { name: 'tmux-persist-save.service', enabled: false, active: false },
  { name: 'tmux-persist-save.timer', enabled: true, active: true },
  // Not started, because that would be a restore. Only the start of the person's systemd, or the person, starts one.
  { name: 'tmux-persist-restore.service', enabled: true, active: false },
  { name: 'tmux-persist-watch.service', enabled: true, active: true },
];

/** What became of the file of one unit. An edited one is kept beside; a foreign one stays as it is. */
export interface PlacedUnit {
  readonly name: string;
  readonly result: 'placed' | 'foreign';
  readonly keptAs: string | null;
}

/** Writes the unit files of a person from the program's own copies. Throws StateWriteError. */
export function placePersonUnits(templates: string, directory: string, { uid, gid }: Account): readonly PlacedUnit[] {
  return personUnits.map(({ name }) => {
    const template = readRegularFile(join(templates, name), maxUnitBytes);
    if (template.kind !== 'read')
      throw new IncompleteInstallationError(`${templates}/${name} cannot be read; install again`);
    const path = join(directory, name);
    const found = readRegularFile(path, maxUnitBytes);
    const whose = found.kind === 'read' ? ownership(found.text) : found.kind === 'missing' ? 'intact' : 'foreign';
    if (whose === 'foreign') return { name, result: 'foreign', keptAs: null };
    const keptAs = found.kind === 'read' && whose === 'edited' ? keptEditPath(path, found.text) : null;
    if (found.kind === 'read' && whose === 'edited') keepEdit(path, found.text);
    const text = stamped(template.text);
    writeFileAtomic(path, text, { mode: 0o644, owner: { uid, gid }, existing: 'replace' });
    return { name, result: 'placed', keptAs };
  });
}

/** Removes the unit files that are this program's; an edited one is renamed. Returns the names of what it removed. */
export function removePersonUnits(directory: string): readonly string[] {
  return personUnits.flatMap(({ name }) => {
    const path = join(directory, name);
    const found = readRegularFile(path, maxUnitBytes);
    if (found.kind !== 'read' || ownership(found.text) === 'foreign') return [];
    if (ownership(found.text) === 'edited') renameSync(path, keptEditPath(path, found.text));
    else rmSync(path);
    return [name];
  });
}

/** Why a person's own systemd cannot be asked; null when it can. */
export async function personSystemdProblem(account: Account, signal: AbortSignal): Promise<string | null> {
  if (!isSystemdRunning()) return 'systemd does not run on this host';
  try {
    await personSystemctl(account, ['show', '--property=Version'], { signal, timeoutMs: 10_000 });
    return null;
  } catch (error) {
    if (error instanceof SystemctlError) return error.message;
    throw error;
  }
}

/** Runs `systemctl --user` for whoever runs this program. Throws SystemctlError. */
export function personSystemctl(
  { uid, home }: Account,
  args: readonly string[],
  { signal, timeoutMs }: SystemctlOptions,
): Promise<string> {
  // `su` and cron set no such directory, and then nothing else leads to a person's systemd.
  const env = { HOME: home, XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] ?? `/run/user/${uid}` };
  return systemctlWith(env, ['--user', ...args], { signal, timeoutMs });
}

/** Whether systemd keeps the processes of this user after the last logout, and starts their units at boot. */
export function lingers({ name }: Account): boolean {
  return existsSync(join('/var/lib/systemd/linger', name));
}
