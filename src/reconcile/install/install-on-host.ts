import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shellQuote } from '../../core/own-command.ts';
import { isPredecessorScript, keepPredecessor, otherThanScript } from '../../predecessor/files.ts';
import { StateWriteError } from '../../system/errors.ts';
import { type FileReading, readRegularFile } from '../../system/files/read-file.ts';
import { distrustedPath } from '../../system/files/trusted-path.ts';
import {
  type Installation,
  type InstallationNotes,
  installationsBeside,
  readNotes,
} from '../../systemd/installation.ts';
import type { Invoker } from '../context.ts';
import { hostPlaces } from './host-places.ts';
import { launcherText } from './launcher-text.ts';
import { placeManualPages } from './manual-pages.ts';
import type { InstalledNode } from './node-of-release.ts';
import { isOurDirectory, isOurFile, isThere, placeFile, writeNotes } from './own-files.ts';
import { placeHostProgram } from './place-host-program.ts';
import { placeRights } from './sudo-rights.ts';
import { installUnits } from './units-of-installation.ts';

export interface HostInstallation {
  /** The release or the built clone that runs now. */
  readonly source: string;
  readonly target: Installation;
  readonly version: string;
  readonly node: InstalledNode;
  readonly invoker: Invoker;
  readonly signal: AbortSignal;
  /** Tells a step; what a person has to know. */
  readonly say: (text: string) => void;
}

const maxScriptBytes = 256 * 1024;

/** Why nothing of an installation can begin, in whole sentences; empty when it can. It changes nothing. */
export function obstaclesOf({ target, node }: Pick<HostInstallation, 'target' | 'node'>): readonly string[] {
  const { program, commands, command, units } = target;
  const other = installationsBeside(target).find(({ by }) => by === 'program');
  if (other !== undefined) {
    return [
      `${other.program} is installed, and has the same units: nothing was changed`,
      `To have it in another place, remove that one first, which keeps the records: ${shellQuote(other.launcher)} uninstall`,
    ];
  }
  if (isThere(program) && !isOurDirectory(program)) return [`${program} is there and is not ours: nothing was changed`];
  if (isThere(command) && !isOurFile(command)) {
    const what = whatIsNotTheScript(command);
    if (what !== null) {
      return [
        `${command} is not the predecessor's script: ${what}`,
        `${command} is there and is not ours: nothing was changed`,
        `To install beside it, give it another name first: mv -T ${shellQuote(command)} ${shellQuote(`${command}.old`)}`,
      ];
    }
  }
  const ofNode = node.from === 'release' ? [] : othersMayChange([node.path]);
  if (ofNode.length > 0) {
    return [
      ...ofNode,
      `${node.path} would run as root every five minutes, so root alone may be able to change it. Nothing was changed.`,
      'Install Node for the whole host (apt install nodejs), and run this again with it: PATH=/usr/bin:$PATH npm run install:host',
    ];
  }
  const ofPlaces = othersMayChange([dirname(program), commands, units.own]);
  if (ofPlaces.length === 0) return [];
  return [
    ...ofPlaces,
    'what is there runs as root, so root alone may be able to change it. Nothing was changed: chown root:root, chmod go-w',
  ];
}

/** What an installation will do, one line for each place. */
export function installationSteps({
  target,
  version,
  node,
}: Pick<HostInstallation, 'target' | 'version' | 'node'>): readonly string[] {
  const { configuration, state } = hostPlaces;
  const others = installationsBeside(target);
  return [
    `the program, version ${version}, in ${target.program}, run by ${node.path} (Node ${process.versions.node})`,
    `the command ${target.command}, and its manual pages in ${target.manuals}`,
    `the commands of web terminals, their sudo rule, the group tmux-restore and the account tmux-persist-web`,
    `the units in ${target.units.own}, enabled and started: save timer, shutdown, restore at boot, watch`,
    `an example of a roster in ${configuration}, where there is no roster`,
    `records in ${state}`,
    ...others.map(({ program }) => `nothing in ${program}, another installation, which this one hides`),
  ];
}

/**
 * Installs the program on this host, or upgrades it. `refused`: nothing was done; `failed`: a step did not work. Ask
 * `obstaclesOf` first.
 */
export async function installOnHost(installation: HostInstallation): Promise<'done' | 'failed' | 'refused'> {
  const { source, target, version, invoker, signal, say } = installation;
  const nodePath = installation.node.path;
  const { program, command } = target;
  const { state } = hostPlaces;
  if (isThere(command) && !isOurFile(command) && !keepScript(command, say)) return 'refused';
  const before = readNotes(program);
  await placeHostProgram({ source, target, nodePath, version, notes: before ?? {} });
  mkdirSync(target.commands, { recursive: true, mode: 0o755 });
  placeFile(command, launcherText(nodePath, join(program, 'dist/bin.js')), 0o755);
  mkdirSync(state, { recursive: true, mode: 0o755 });
  for (const problem of placeManualPages(program, target.manuals)) say(problem);
  placeExampleRoster(source, say);
  let notes: InstallationNotes = before ?? {};
  const note = (more: InstallationNotes): void => {
    notes = { ...notes, ...more };
    writeNotes(program, version, notes);
  };
  const hasRights = await placeRights({ source, target, say, note });
  const hasUnits = await installUnits(target, invoker, signal, say);
  if (!hasUnits) say(`the units are not all as they should be; once that is mended: ${shellQuote(command)} apply`);
  say(`${before === null ? 'installed' : 'upgraded'} ${program}, ${command}`);
  return hasRights && hasUnits ? 'done' : 'failed';
}

/** Keeps the predecessor's script, which has the name of our command, under another one. */
function keepScript(path: string, say: (text: string) => void): boolean {
  try {
    say(`${path} is the predecessor's script, and is kept as ${keepPredecessor(path, isPredecessorScript)}`);
    return true;
  } catch (error) {
    if (!(error instanceof StateWriteError)) throw error;
    say(error.message);
    return false;
  }
}

/** What a file is that is not the predecessor's script; null for that script. */
function whatIsNotTheScript(path: string): string | null {
  const reading = readRegularFile(path, maxScriptBytes);
  return reading.kind === 'read' ? otherThanScript(reading.text) : whyNotRead(reading);
}

function whyNotRead(reading: Exclude<FileReading, { kind: 'read' }>): string {
  return reading.kind === 'missing' ? 'it is missing' : reading.reason;
}

/** Who besides root could change one of the paths, because they could become root. */
function othersMayChange(paths: readonly string[]): readonly string[] {
  const reasons = paths.flatMap((path) => distrustedPath(path) ?? []).map(({ path, why }) => `${path}: ${why}`);
  return [...new Set(reasons)];
}

function placeExampleRoster(source: string, say: (text: string) => void): void {
  const { configuration, exampleRoster } = hostPlaces;
  if (existsSync(join(configuration, 'roster.yaml')) || existsSync('/etc/ttyd-user-map')) return;
  mkdirSync(configuration, { recursive: true, mode: 0o755 });
  if (lstatSync(exampleRoster, { throwIfNoEntry: false }) !== undefined) return;
  // Not installed as roster.yaml, because a roster without a user of this host must not be in force.
  placeFile(exampleRoster, readFileSync(join(source, 'roster.example.yaml'), 'utf8'), 0o644);
  say(`there is no roster yet: see ${exampleRoster}, and write ${join(configuration, 'roster.yaml')}`);
}
