import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DesiredUnit } from '../core/units.ts';
import { readRegularFile } from '../system/read-file.ts';

/** Where an administrator's units and ours are. */
export const unitDirectory = '/etc/systemd/system';

/** Where the program is installed, with the files that its units are made from. */
export const installDirectory = '/usr/local/lib/tmux-persist';

/** Written last by the installation: without it nothing is installed, and there are no units to look after. */
const markerName = 'installed.json';

/** In the order in which they are written: what other units are ordered by comes first. */
export const desiredUnits: readonly DesiredUnit[] = [
  { name: 'session-.scope.d/50-tmux-persist.conf', enabled: false, active: false },
  { name: 'user@.service.d/50-tmux-persist.conf', enabled: false, active: false },
  // Not started: that would be a restore, which is for a boot or for a person to say.
  { name: 'tmux-persist-restore.service', enabled: true, active: false },
  // Before its service: that is what the predecessor's timer is told by.
  { name: 'tmux-persist-save.timer', enabled: true, active: true },
  { name: 'tmux-persist-save.service', enabled: false, active: false },
  // Has to be active to be stopped: that is when it saves.
  { name: 'tmux-persist-shutdown.service', enabled: true, active: true },
];

export function isInstalled(directory = installDirectory): boolean {
  return readRegularFile(join(directory, markerName), maxUnitBytes).kind === 'read';
}

/** What each unit file should hold, by name. Throws where the installation is not whole. */
export function desiredContents(directory = installDirectory): ReadonlyMap<string, string> {
  return new Map(
    desiredUnits.map(({ name }) => {
      const reading = readRegularFile(join(directory, 'systemd', name), maxUnitBytes);
      if (reading.kind === 'read') return [name, stamped(reading.text)] as const;
      const reason = reading.kind === 'missing' ? 'it is missing' : reading.reason;
      throw new IncompleteInstallationError(`${directory}/systemd/${name}: ${reason}; install again`);
    }),
  );
}

export class IncompleteInstallationError extends Error {
  override readonly name = 'IncompleteInstallationError';
}

export const maxUnitBytes = 256 * 1024;

const mark = '# Managed by tmux-persist';
const stampedLine = /^# Managed by tmux-persist; SHA-256 of what follows: ([0-9a-f]{64})\n/;

/** Puts the hash of all that follows into the first line, which bears our mark; throws for a file without the mark. */
export function stamped(text: string): string {
  if (!text.startsWith(`${mark}\n`)) throw new TypeError(`a unit file does not start with: ${mark}`);
  const rest = text.slice(mark.length + 1);
  return `${mark}; SHA-256 of what follows: ${sha256(rest)}\n${rest}`;
}

/** Whose file it is: as we wrote it, ours but changed since, or not ours. */
export function ownership(text: string): 'intact' | 'edited' | 'foreign' {
  const found = stampedLine.exec(text);
  if (found !== null) return sha256(text.slice(found[0].length)) === found[1] ? 'intact' : 'edited';
  // An edit can reach the first line, too: the mark alone makes it ours.
  return text.split('\n', 5).some((line) => line.startsWith(mark)) ? 'edited' : 'foreign';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The difference between a file and what it should hold, as `diff -u` shows it. */
export async function unifiedDiff(path: string, before: string, after: string): Promise<string> {
  // Loaded only where there is a difference.
  const { createTwoFilesPatch } = await import('diff');
  const patch = createTwoFilesPatch(path, path, before, after, undefined, undefined, { context: 3 });
  return patch.replace(/^=+\n/, '');
}
