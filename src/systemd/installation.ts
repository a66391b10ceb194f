import { basename, dirname, join } from 'node:path';
import { quietly, readRegularFile } from '../system/files/read-file.ts';

/** An installation of this program for a whole host. */
export interface Installation {
  /** Who has placed the files: this program's `install`, or a package, whose files are never changed. */
  readonly by: 'program' | 'package';
  readonly prefix: string;
  /** The program's directory. */
  readonly program: string;
  /** The command that the units call. Nobody else installs anything there. */
  readonly launcher: string;
  /** The directory of what people type. */
  readonly commands: string;
  /** What people type. Another installer may replace it, so that nothing of ours calls it. */
  readonly command: string;
  readonly units: UnitPlaces;
  readonly manuals: string;
}

/** Where unit files are, in the order of systemd.unit(5): a file of the administrator's directory hides ours. */
export interface UnitPlaces {
  readonly administrator: string;
  readonly own: string;
}

/**
 * `systemctl mask` and a copy to edit need the name in /etc to be free, so this program's units are not there. Earlier
 * versions had them there.
 */
export const administratorUnits = '/etc/systemd/system';

/** What an installation notes about itself: what it has created outside of its own directory. */
export interface InstallationNotes {
  readonly createdGroup?: true;
  readonly createdAccount?: true;
}

/** Begins every file of this program that could be taken for one of others. */
export const mark = '# Managed by tmux-persist';

/** The same words in a file of JSON. */
export const markWords = mark.slice('# '.length);

/** In the program's directory, written last. It proves that the directory belongs to this program and is complete. */
export const notesName = 'installed.json';

export const packagePrefix = '/usr';

/** Where an installation below this prefix has its parts. */
export function installationBelow(prefix: string): Installation {
  const by = prefix === packagePrefix ? 'package' : 'program';
  const program = join(prefix, 'lib/tmux-persist');
  return {
    by,
    prefix,
    program,
    launcher: join(program, 'bin/tmux-persist'),
    commands: join(prefix, 'bin'),
    command: join(prefix, 'bin/tmux-persist'),
    // systemd looks into no other prefix.
    units: {
      administrator: administratorUnits,
      own: join(by === 'package' ? '/usr' : '/usr/local', 'lib/systemd/system'),
    },
    manuals: join(prefix, 'share/man'),
  };
}

/** Where `install` installs. */
export const localInstallation = installationBelow('/usr/local');

/** The installation of this host; null without one. systemd and the PATH take /usr/local before /usr, and so does this. */
export function installationOnHost(): Installation | null {
  return installationsOnHost()[0] ?? null;
}

/** All installations of this host that are known, the one in force first. One below any other prefix is known by its units. */
export function installationsOnHost(): readonly Installation[] {
  const others = [prefixInUnit(localInstallation.units.own), prefixOf(import.meta.dirname)];
  const prefixes = new Set(['/usr/local', ...others.flatMap((prefix) => prefix ?? []), packagePrefix]);
  return [...prefixes].map(installationBelow).filter(({ program }) => readNotes(program) !== null);
}

/** The other installations of this host. */
export function installationsBeside({ program }: Installation): readonly Installation[] {
  return installationsOnHost().filter((one) => one.program !== program);
}

/** The prefix that the unit of the saves in a directory names; null without one. */
export function prefixInUnit(directory: string): string | null {
  const reading = readRegularFile(join(directory, 'tmux-persist-save.service'), maxNotesBytes);
  if (reading.kind !== 'read') return null;
  return /^ExecStart=(\/.*)\/lib\/tmux-persist\/bin\/tmux-persist save$/m.exec(reading.text)?.[1] ?? null;
}

/** The prefix of an installation, from the directory of its bundle; null for a clone and for an unpacked release. */
export function prefixOf(bundle: string): string | null {
  const program = dirname(bundle);
  const isInstalled = basename(program) === 'tmux-persist' && basename(dirname(program)) === 'lib';
  return isInstalled ? dirname(dirname(program)) : null;
}

/** null where there is no complete installation of this program. */
export function readNotes(directory: string): InstallationNotes | null {
  const reading = readRegularFile(join(directory, notesName), maxNotesBytes);
  const value: unknown = reading.kind === 'read' ? quietly(() => JSON.parse(reading.text)) : null;
  if (typeof value !== 'object' || value === null || !('mark' in value) || value.mark !== markWords) return null;
  return {
    ...('createdGroup' in value && value.createdGroup === true ? { createdGroup: true } : {}),
    ...('createdAccount' in value && value.createdAccount === true ? { createdAccount: true } : {}),
  };
}

const maxNotesBytes = 64 * 1024;
