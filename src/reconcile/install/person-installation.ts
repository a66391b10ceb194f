import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../../system/host/accounts.ts';
import { quietly } from '../../system/files/read-file.ts';
import {
  lingers,
  personSystemctl,
  personSystemdProblem,
  personUnits,
  placePersonUnits,
  removePersonUnits,
} from '../../systemd/person-units.ts';
import { placeManualPages, removeManualPages } from './manual-pages.ts';
import { commandInProgram, isLinkTo, isOurProgram, placeCommandLink, placeProgram } from './place-program.ts';

/** Where the program of one person is. */
export interface PersonPlaces {
  readonly program: string;
  /** What the units call. */
  readonly command: string;
  /** What the person types. */
  readonly link: string;
  readonly units: string;
  /** Where man(1) looks for what is on the PATH in ~/.local/bin. */
  readonly manuals: string;
}

export function personPlaces({ home }: Pick<Account, 'home'>): PersonPlaces {
  const program = join(home, '.local/lib/tmux-persist');
  return {
    program,
    command: join(program, commandInProgram),
    link: join(home, '.local/bin/tmux-persist'),
    units: join(home, '.config/systemd/user'),
    manuals: join(home, '.local/share/man'),
  };
}

export interface PersonInstallation {
  /** Whether the name on the PATH is ours. */
  readonly isLinked: boolean;
  /** Why a manual page is not where man looks. */
  readonly manualProblems: readonly string[];
  readonly units: PersonUnitsResult;
}

export type PersonUnitsResult =
  /** Nobody can start them: then a crontab has to do. */
  | { readonly kind: 'no-systemd'; readonly reason: string }
  | {
      readonly kind: 'running';
      /** Files of that name that are not ours, and were left alone. */
      readonly foreign: readonly string[];
      /** Names under which edited files are kept. */
      readonly kept: readonly string[];
      readonly lingers: boolean;
    };

interface InstallRequest {
  readonly account: Account;
  /** The release or the built clone that runs now. */
  readonly source: string;
  readonly node: string;
  /** What leads each run to the records. */
  readonly variables: Readonly<Record<string, string>>;
  /** Why this person's own systemd cannot be asked; null when it can. */
  readonly noSystemd: string | null;
  readonly signal: AbortSignal;
}

const startTimeoutMs = 30_000;

/**
 * Installs the program for one person, or upgrades it. Ask `personObstacles` first. Throws SystemctlError and
 * StateWriteError.
 */
export async function installForPerson(request: InstallRequest): Promise<PersonInstallation> {
  const { account, source, node, variables, noSystemd, signal } = request;
  const { program, command, link, units, manuals } = personPlaces(account);
  await placeProgram({ source, target: program, node, variables });
  const isLinked = placeCommandLink(link, command);
  const manualProblems = placeManualPages(program, manuals);
  if (noSystemd !== null) return { isLinked, manualProblems, units: { kind: 'no-systemd', reason: noSystemd } };
  mkdirSync(units, { recursive: true });
  const placed = placePersonUnits(join(program, 'systemd/user'), units, account);
  const options = { signal, timeoutMs: startTimeoutMs };
  await personSystemctl(account, ['daemon-reload'], options);
  const ours = new Set(placed.flatMap(({ name, result }) => (result === 'placed' ? name : [])));
  const wanted = personUnits.filter(({ name }) => ours.has(name));
  const named = (choose: (unit: (typeof wanted)[number]) => boolean): readonly string[] =>
    wanted.filter(choose).map(({ name }) => name);
  await personSystemctl(account, ['enable', '--', ...named(({ enabled }) => enabled)], options);
  // The watch that runs may be of an older version.
  await personSystemctl(account, ['restart', '--', ...named(({ active }) => active)], options);
  return {
    isLinked,
    manualProblems,
    units: {
      kind: 'running',
      foreign: placed.flatMap(({ name, result }) => (result === 'foreign' ? [join(units, name)] : [])),
      kept: placed.flatMap(({ keptAs }) => keptAs ?? []),
      lingers: lingers(account),
    },
  };
}

export interface PersonRemoval {
  readonly removed: readonly string[];
  /** What is there under one of our names, and is not ours. */
  readonly kept: readonly string[];
}

/** Removes what `installForPerson` has placed. Servers that it started live on. Throws SystemctlError. */
export async function uninstallForPerson(account: Account, signal: AbortSignal): Promise<PersonRemoval> {
  const { program, command, link, units, manuals } = personPlaces(account);
  const options = { signal, timeoutMs: startTimeoutMs };
  const found = personUnits.map(({ name }) => name).filter((name) => existsSync(join(units, name)));
  const hasSystemd = (await personSystemdProblem(account, signal)) === null;
  if (hasSystemd && found.length > 0) await personSystemctl(account, ['disable', '--now', '--', ...found], options);
  const names = removePersonUnits(units);
  if (hasSystemd && names.length > 0) await personSystemctl(account, ['daemon-reload'], options);
  const isLinked = isLinkTo(link, command);
  if (isLinked) rmSync(link);
  const removedPages = removeManualPages(manuals);
  const isProgramOurs = existsSync(program) && isOurProgram(program);
  if (isProgramOurs) rmSync(program, { recursive: true });
  return {
    removed: [
      ...names.map((name) => join(units, name)),
      ...(isLinked ? [link] : []),
      ...removedPages,
      ...(isProgramOurs ? [program] : []),
    ],
    kept: [
      ...found.filter((name) => !names.includes(name)).map((name) => join(units, name)),
      ...(isLinked || quietly(() => existsSync(link)) !== true ? [] : [link]),
    ],
  };
}
