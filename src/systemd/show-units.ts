import { systemctl, type SystemctlOptions } from './systemctl.ts';

const properties = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'UnitFileState',
  'NeedDaemonReload',
  'DropInPaths',
  'NextElapseUSecMonotonic',
  'NextElapseUSecRealtime',
];

/** What systemd says about one unit, property by property. */
export type UnitProperties = ReadonlyMap<string, string>;

/** Asks systemd about all given units in one call; in their order. */
export async function showUnits(
  names: readonly string[],
  options: SystemctlOptions,
): Promise<ReadonlyMap<string, UnitProperties>> {
  if (names.length === 0) return new Map();
  const text = await systemctl(['show', `--property=${properties.join(',')}`, '--', ...names], options);
  return parseUnits(text);
}

/** Parses blocks of `Name=value` lines that blank lines keep apart; by the Id in each. */
export function parseUnits(text: string): ReadonlyMap<string, UnitProperties> {
  const blocks = text.split(/\n\n+/).map((block) => {
    const lines = block.split('\n').filter((line) => line.includes('='));
    return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const));
  });
  return new Map(blocks.flatMap((block) => (block.has('Id') ? [[block.get('Id') ?? '', block] as const] : [])));
}

/** A property that says something; null for an empty one. */
export function propertyOf(unit: UnitProperties | undefined, name: string): string | null {
  const value = unit?.get(name) ?? '';
  return value === '' ? null : value;
}
