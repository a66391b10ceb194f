import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ObservedUnit, PredecessorUnit, UnitSituation } from '../core/units/units.ts';
import { hasFirstName } from '../predecessor/files.ts';
import { monotonicNowMs } from '../system/host/host.ts';
import { leftAlone } from './left-alone.ts';
import { isMask, isPredecessors, lookAtUnitFile } from './look-at-unit-file.ts';
import { propertiesIn, systemctl, type SystemctlOptions } from './systemctl.ts';
import type { UnitPlaces } from './installation.ts';
import { desiredUnits, isOnlyFile } from './unit-files.ts';

/** Observes this program's units and those of the predecessor. Reads only. Throws SystemctlError. */
export async function observeUnits(
  contents: ReadonlyMap<string, string>,
  places: UnitPlaces,
  options: Pick<SystemctlOptions, 'signal'>,
): Promise<UnitSituation> {
  const { predecessors, lookAlikes } = firstNamesIn(places.administrator);
  const units = desiredUnits.filter(({ name }) => !isOnlyFile(name)).map(({ name }) => name);
  const shown = await showUnits([...units, ...predecessors], { ...options, timeoutMs: lookTimeoutMs });
  return {
    units: await Promise.all(
      desiredUnits.map(async (desired) => {
        const wanted = contents.get(desired.name) ?? '';
        const found = await lookAtUnitFile(places, desired.name, wanted);
        const left = isOnlyFile(desired.name) ? null : leftAlone(desired.name, places.administrator);
        return { desired, observed: { ...observed(desired.name, found, shown.get(desired.name)), leftAlone: left } };
      }),
    ),
    predecessors: predecessors.map((name) => predecessor(name, shown.get(name))),
    lookAlikes,
  };
}

const lookTimeoutMs = 10_000;

function observed(
  name: string,
  { file, copy }: Pick<ObservedUnit, 'file' | 'copy'>,
  shown: UnitProperties | undefined,
): Omit<ObservedUnit, 'leftAlone'> {
  const isMasked = propertyOf(shown, 'LoadState') === 'masked';
  const dropIns = (propertyOf(shown, 'DropInPaths') ?? '').split(' ');
  return {
    file: isMasked ? { kind: 'masked' } : file,
    copy,
    enabledState: propertyOf(shown, 'UnitFileState'),
    activeState: propertyOf(shown, 'ActiveState'),
    failure: failureOf(shown),
    isStale: propertyOf(shown, 'NeedDaemonReload') === 'yes',
    // Drop-ins for every service, or from the distribution, are not reported.
    dropIns: dropIns.filter((path) => path.includes(`/${name}.d/`) && !path.startsWith('/usr/')),
    nextTickAt: nextTickAt({
      monotonic: propertyOf(shown, 'NextElapseUSecMonotonic'),
      calendar: propertyOf(shown, 'NextElapseUSecRealtime'),
    }),
    isTicking: name.endsWith('.timer') && propertyOf(shown, 'SubState') === 'running',
  };
}

function failureOf(shown: UnitProperties | undefined): ObservedUnit['failure'] {
  const result = propertyOf(shown, 'Result');
  if (propertyOf(shown, 'ActiveState') !== 'failed' || result === null) return null;
  const status = propertyOf(shown, 'ExecMainStatus');
  return { result, exitStatus: result === 'exit-code' && status !== null ? Number(status) : null };
}

interface FirstNames {
  readonly predecessors: readonly string[];
  readonly lookAlikes: readonly string[];
}

/** The units with the predecessor's first name. A masked one does nothing, and stays. */
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

const properties = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'ExecMainStatus',
  'UnitFileState',
  'NeedDaemonReload',
  'DropInPaths',
  'NextElapseUSecMonotonic',
  'NextElapseUSecRealtime',
];

/** The properties of one unit as systemd reports them. */
type UnitProperties = ReadonlyMap<string, string>;

/** Asks systemd about all given units in one call; the result has their order. */
async function showUnits(
  names: readonly string[],
  options: SystemctlOptions,
): Promise<ReadonlyMap<string, UnitProperties>> {
  if (names.length === 0) return new Map();
  const text = await systemctl(['show', `--property=${properties.join(',')}`, '--', ...names], options);
  return parseUnits(text);
}

/** By the Id of each unit. */
function parseUnits(text: string): ReadonlyMap<string, UnitProperties> {
  return new Map(propertiesIn(text).flatMap((unit) => (unit.has('Id') ? [[unit.get('Id') ?? '', unit] as const] : [])));
}

/** The value of a property; null for an empty one. */
function propertyOf(unit: UnitProperties | undefined, name: string): string | null {
  const value = unit?.get(name) ?? '';
  return value === '' ? null : value;
}

const secondsOf: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  month: 2_629_800,
  y: 31_557_600,
};

/** A timer's next tick by the monotonic clock and by the calendar, as systemctl prints them in UTC. */
interface NextElapse {
  readonly monotonic: string | null;
  readonly calendar: string | null;
}

/** The earlier of both, in ISO 8601; null for none, for `infinity`, and for an unknown format. */
export function nextTickAt(
  { monotonic, calendar }: NextElapse,
  nowMs = Date.now(),
  monotonicMs = monotonicNowMs(),
): string | null {
  const seconds = monotonic === null ? null : secondsIn(monotonic);
  const ticksMs = [
    ...(seconds === null ? [] : [nowMs - monotonicMs + seconds * 1000]),
    ...(calendar === null ? [] : (calendarMs(calendar) ?? [])),
  ];
  return ticksMs.length === 0 ? null : new Date(Math.min(...ticksMs)).toISOString();
}

/** Parses a time as systemctl prints it, such as `Wed 2026-11-25 08:05:00 UTC`. */
function calendarMs(time: string): readonly [number] | null {
  const [, date, clock] = /^\w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(time) ?? [];
  return date === undefined || clock === undefined ? null : [Date.parse(`${date}T${clock}Z`)];
}

/** Parses a time span as systemctl prints it, such as `1h 2min 3.456s`, into seconds. */
function secondsIn(timespan: string): number | null {
  let total = 0;
  for (const part of timespan.split(' ')) {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(part) ?? [];
    const seconds = unit === undefined ? undefined : secondsOf[unit];
    if (amount === undefined || seconds === undefined) return null;
    total += Number(amount) * seconds;
  }
  return total;
}
