import { noUnits } from '../../core/units/units.ts';
import { applyUnits, restart } from '../../systemd/apply-units.ts';
import { removeUnits } from '../../systemd/remove-units.ts';
import { isSystemdRunning, SystemctlError } from '../../systemd/systemctl.ts';
import type { Installation } from '../../systemd/installation.ts';
import { lastingUnits } from '../../systemd/unit-files.ts';
import type { Invoker } from '../context.ts';
import { lookAtUnits, unitsPlanOf } from '../observe/look-at-units.ts';

/** Longer than the watch and the page may take to end. */
const restartTimeoutMs = 30_000;

/** Installs and mends the units, by the code that mends them later. Returns whether all is as it should be. */
export async function installUnits(
  installation: Installation,
  invoker: Invoker,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<boolean> {
  if (!isSystemdRunning()) {
    say('systemd does not run here: no units were installed');
    return true;
  }
  const look = await lookAtUnits({ invoker, signal }, installation);
  const plan = look.kind === 'none' ? noUnits : unitsPlanOf(look);
  for (const { message } of plan.diagnostics) say(message);
  for (const { path } of plan.overrides) say(`${path} was edited: it stays, and systemd takes it before ours`);
  for (const { unit, path } of plan.leftAlone) say(`${unit} is left alone, by ${path}`);
  if (look.kind !== 'observed') {
    say(`the units were left alone: ${look.reason}`);
    return false;
  }
  const outcomes = await applyUnits(plan.actions, look.contents, look.installation.units, { signal });
  for (const [{ action, unit, after }, outcome] of outcomes) {
    say(outcome.kind === 'done' ? `${unit}: ${after}` : `${unit}: ${action} failed: ${outcome.message}`);
  }
  const started = new Set(plan.actions.flatMap(({ action, unit }) => (action === 'start' ? unit : [])));
  const isRestarted = await takeOver(
    lastingUnits.filter((unit) => !started.has(unit)),
    signal,
    say,
  );
  return isRestarted && [...outcomes.values()].every(({ kind }) => kind === 'done');
}

/** Stops and removes the units. Returns whether that succeeded. */
export async function uninstallUnits(
  { units }: Installation,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<boolean> {
  if (!isSystemdRunning()) return true;
  try {
    const { removed, kept } = await removeUnits(units, { signal });
    for (const name of removed) say(`${name}: removed`);
    for (const path of kept) say(`${path}: not ours, left alone`);
    return true;
  } catch (error) {
    if (!(error instanceof SystemctlError)) throw error;
    say(error.message);
    return false;
  }
}

/** Lets what ran already run the program that was just installed. */
async function takeOver(units: readonly string[], signal: AbortSignal, say: (text: string) => void): Promise<boolean> {
  try {
    await restart(units, { signal, timeoutMs: restartTimeoutMs });
    return true;
  } catch (error) {
    if (!(error instanceof SystemctlError)) throw error;
    say(error.message);
    return false;
  }
}
