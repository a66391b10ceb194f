import { createHash } from 'node:crypto';
import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DesiredUnit } from '../core/units/units.ts';
import { quietly, readRegularFile } from '../system/files/read-file.ts';
import { type Installation, mark } from './installation.ts';

export const watchUnit = 'tmux-persist-watch.service';

/** The units that run all the time. With another program or another file they have to start again. */
export const lastingUnits: readonly string[] = [watchUnit, 'tmux-persist-web.service'];

/** What saves when no watch runs. */
export const saveTimer = 'tmux-persist-save.timer';

/** In the order of writing: first the units that others are ordered by. */
export const desiredUnits: readonly DesiredUnit[] = [
  { name: 'session-.scope.d/50-tmux-persist.conf', enabled: false, active: false },
  { name: 'user@.service.d/50-tmux-persist.conf', enabled: false, active: false },
  // Not started, because that would be a restore. Only a boot or a person starts one.
  { name: 'tmux-persist-restore.service', enabled: true, active: false },
  // Before its service, because the predecessor's timer is recognised by that service's file.
  { name: saveTimer, enabled: true, active: true },
  { name: 'tmux-persist-save.service', enabled: false, active: false },
  // It must be active, because its stop at shutdown runs the last save.
  { name: 'tmux-persist-shutdown.service', enabled: true, active: true },
  { name: watchUnit, enabled: true, active: true },
  // The page is there for an administrator to enable, because it needs a proxy that says who is logged in.
  { name: 'tmux-persist-web.socket', enabled: false, active: false },
  { name: 'tmux-persist-web.service', enabled: false, active: false },
  // systemd starts both for the page.
  { name: 'tmux-persist-ask.socket', enabled: false, active: false },
  { name: 'tmux-persist-ask@.service', enabled: false, active: false },
];

/** The desired content of each unit file, by name. Throws when the installation is incomplete. */
export function desiredContents({
  by,
  program,
  units,
}: Pick<Installation, 'by' | 'program' | 'units'>): ReadonlyMap<string, string> {
  // A package's files are as it wants them.
  const directory = by === 'package' ? units.own : join(program, 'systemd');
  return new Map(
    desiredUnits.map(({ name }) => {
      const reading = readRegularFile(join(directory, name), maxUnitBytes);
      if (reading.kind === 'read') return [name, by === 'package' ? reading.text : stamped(reading.text)] as const;
      const reason = reading.kind === 'missing' ? 'it is missing' : reading.reason;
      throw new IncompleteInstallationError(`${directory}/${name}: ${reason}; ${againWords[by]}`);
    }),
  );
}

const againWords = { program: 'install again', package: 'install the package again' } as const;

export class IncompleteInstallationError extends Error {
  override readonly name = 'IncompleteInstallationError';
}

export const maxUnitBytes = 256 * 1024;

const stampedLine = /^# Managed by tmux-persist; SHA-256 of what follows: ([0-9a-f]{64})\n/;

/**
 * Puts the hash of the rest of the text into the first line, which has this program's mark. Throws for a file without
 * the mark.
 */
export function stamped(text: string): string {
  if (!text.startsWith(`${mark}\n`)) throw new TypeError(`a unit file does not start with: ${mark}`);
  const rest = text.slice(mark.length + 1);
  return `${mark}; SHA-256 of what follows: ${sha256(rest)}\n${rest}`;
}

/** Who owns a file: `intact` is as this program wrote it, `edited` has changed since, `foreign` is another one's. */
export function ownership(text: string): 'intact' | 'edited' | 'foreign' {
  const found = stampedLine.exec(text);
  if (found !== null) return sha256(text.slice(found[0].length)) === found[1] ? 'intact' : 'edited';
  // An edit can change the first line, too. So the mark alone decides.
  return text.split('\n', 5).some((line) => line.startsWith(mark)) ? 'edited' : 'foreign';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Removes the directory of drop-ins, or of units, if nothing is in it. Other people have files there. */
export function removeIfEmpty(directory: string): void {
  quietly(() => rmdirSync(directory));
}

/** Whether the name is that of a drop-in or of a template. Such a file is no unit that systemd could be asked about. */
export function isOnlyFile(name: string): boolean {
  return name.includes('/') || name.includes('@.');
}
