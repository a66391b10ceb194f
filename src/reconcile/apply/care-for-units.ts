import { planUnits } from '../../core/units/units.ts';
import { StateWriteError, systemErrorText } from '../../system/errors.ts';
import { applyUnits } from '../../systemd/apply-units.ts';
import { leaveAlone, leaveNoLonger, leftAlone } from '../../systemd/left-alone.ts';
import { reloadUnits, SystemctlError } from '../../systemd/systemctl.ts';
import type { UnitsLook } from '../observe/look-at-units.ts';

interface Care {
  /** Units that are to be left to the administrator from now on. */
  readonly left: readonly string[];
  /** Units that are to be looked after again, which are enabled and started at once. */
  readonly healed: readonly string[];
  readonly look: () => Promise<UnitsLook>;
  readonly signal: AbortSignal;
}

/** Changes which units this program looks after; returns what did not succeed, in words. */
export async function changeCare(before: UnitsLook, { left, healed, look, signal }: Care): Promise<readonly string[]> {
  if (before.kind !== 'observed' || left.length + healed.length === 0) return [];
  try {
    for (const unit of left) if (leftAlone(unit) === null) leaveAlone(unit);
    for (const unit of healed) leaveNoLonger(unit);
    await reloadUnits(signal);
  } catch (error) {
    return [wordsOf(error)];
  }
  const still = healed.flatMap((unit) => {
    const found = leftAlone(unit);
    return found === null ? [] : [`${unit} is still left alone, by ${found.path}, which is not ours to remove`];
  });
  return [...still, ...(await heal(healed, look, signal))];
}

async function heal(units: readonly string[], look: Care['look'], signal: AbortSignal): Promise<readonly string[]> {
  if (units.length === 0) return [];
  const found = await look();
  if (found.kind !== 'observed') return [];
  const actions = planUnits(found.situation).actions.filter(({ unit }) => units.includes(unit));
  const outcomes = await applyUnits(actions, found.contents, found.installation.units, { signal });
  return [...outcomes].flatMap(([{ unit }, outcome]) =>
    outcome.kind === 'failed' ? [`${unit}: ${outcome.message}`] : [],
  );
}

function wordsOf(error: unknown): string {
  if (error instanceof StateWriteError || error instanceof SystemctlError) return error.message;
  if (error instanceof Error && 'errno' in error) return systemErrorText(error);
  throw error;
}
