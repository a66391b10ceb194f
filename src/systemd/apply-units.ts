import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { UnitOutcome } from '../core/outcome.ts';
import type { UnitAction } from '../core/units.ts';
import { keepPredecessor } from '../predecessor/keep-predecessor.ts';
import { writeFileAtomic } from '../system/atomic-file.ts';
import { ensureDirectory } from '../system/ensure-directory.ts';
import { errnoName } from '../system/errors.ts';
import { StateWriteError } from '../system/state-error.ts';
import { isDropIn, isPredecessors } from './observe-units.ts';
import { systemctl, SystemctlError, type SystemctlOptions } from './systemctl.ts';
import { unitDirectory } from './unit-files.ts';

const actTimeoutMs = 30_000;
const root = { uid: 0, gid: 0 } as const;

/** Does what was planned about units, in that order; without anything planned not even a daemon-reload. */
export async function applyUnits(
  actions: readonly UnitAction[],
  contents: ReadonlyMap<string, string>,
  { signal }: Pick<SystemctlOptions, 'signal'>,
  directory = unitDirectory,
): Promise<ReadonlyMap<UnitAction, UnitOutcome>> {
  const outcomes = new Map<UnitAction, UnitOutcome>();
  if (actions.length === 0) return outcomes;
  const options = { signal, timeoutMs: actTimeoutMs };
  const onDisk = actions.filter(({ action }) => action === 'remove' || action === 'install' || action === 'update');
  for (const action of onDisk)
    outcomes.set(action, await attempt(() => changeFile(action, contents, directory, options)));
  const reload = await attempt(() => systemctl(['daemon-reload'], options));
  for (const action of onDisk) {
    if (reload.kind === 'failed' && outcomes.get(action)?.kind === 'done') outcomes.set(action, reload);
  }
  for (const action of actions) {
    if (action.action !== 'enable' && action.action !== 'start') continue;
    outcomes.set(action, await attempt(() => systemctl([action.action, '--', action.unit], options)));
  }
  return outcomes;
}

async function changeFile(
  { action, unit, diff }: UnitAction,
  contents: ReadonlyMap<string, string>,
  directory: string,
  options: SystemctlOptions,
): Promise<void> {
  const path = join(directory, unit);
  if (action === 'remove') {
    // Only a timer is stopped: the servers that a service started may live in its cgroup.
    await systemctl(['disable', ...(unit.endsWith('.timer') ? ['--now'] : []), '--', unit], options);
    rmSync(path);
    return;
  }
  // What is current and only not loaded yet needs no more than the daemon-reload.
  if (action === 'update' && diff === null) return;
  const text = contents.get(unit);
  if (text === undefined) throw new TypeError(`${unit} is planned and has no content`);
  if (isPredecessors(directory, unit)) keepPredecessor(path);
  if (isDropIn(unit)) ensureDirectory(dirname(path), { mode: 0o755, owner: root, repair: false });
  writeFileAtomic(path, text, { mode: 0o644, owner: root, existing: action === 'install' ? 'keep' : 'replace' });
}

/** A failure of one unit stops no other. */
async function attempt(step: () => Promise<unknown>): Promise<UnitOutcome> {
  try {
    await step();
    return { kind: 'done' };
  } catch (error) {
    const isExpected = error instanceof SystemctlError || error instanceof StateWriteError || errnoName(error) !== null;
    if (isExpected && error instanceof Error) return { kind: 'failed', message: error.message };
    throw error;
  }
}
