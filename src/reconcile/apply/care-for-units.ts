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
  /** Whether everything else that differs is mended, too. */
  readonly mends: boolean;
  readonly look: () => Promise<UnitsLook>;
  readonly signal: AbortSignal;
}

/** Changes which units this program looks after, and mends units; returns what did not succeed, in words. */
export async function changeCare(before: UnitsLook, care: Care): Promise<readonly string[]> {
  const { left, healed, mends, look, signal } = care;
  if (before.kind !== 'observed') return [];
  if (left.length + healed.length > 0) {
    const failure = await changeMarks(care);
    if (failure !== null) return [failure];
  }
  const still = healed.flatMap((unit) => {
    const found = leftAlone(unit);
    return found === null ? [] : [`${unit} is still left alone, by ${found.path}, which is not ours to remove`];
  });
  if (!mends && healed.length === 0) return still;
  return [...still, ...(await mend((unit) => mends || healed.includes(unit), look, signal))];
}

async function changeMarks({ left, healed, signal }: Care): Promise<string | null> {
  try {
    for (const unit of left) if (leftAlone(unit) === null) leaveAlone(unit);
    for (const unit of healed) leaveNoLonger(unit);
    await reloadUnits(signal);
    return null;
  } catch (error) {
    return wordsOf(error);
  }
}

async function mend(
  isMeant: (unit: string) => boolean,
  look: Care['look'],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = await look();
  if (found.kind !== 'observed') return [];
  const actions = planUnits(found.situation).actions.filter(({ unit }) => isMeant(unit));
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
