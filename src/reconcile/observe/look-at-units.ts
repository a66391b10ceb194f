import { noUnits, planUnits, type UnitSituation, type UnitsPlan } from '../../core/units/units.ts';
import { systemErrorText } from '../../system/errors.ts';
import { type StrangeCommand, strangeCommand } from '../../systemd/command-on-path.ts';
import { observeUnits } from '../../systemd/observe-units.ts';
import { isSystemdRunning, SystemctlError } from '../../systemd/systemctl.ts';
import { type Installation, installationOnHost } from '../../systemd/installation.ts';
import { desiredContents, IncompleteInstallationError } from '../../systemd/unit-files.ts';
import type { Context } from '../context.ts';

/** The host's units as found; `none` when this run is not responsible for them. */
export type UnitsLook =
  | {
      readonly kind: 'observed';
      readonly situation: UnitSituation;
      readonly installation: Installation;
      /** The desired content of each unit file. */
      readonly contents: ReadonlyMap<string, string>;
      /** What root runs who types this program's name, when that is something else. */
      readonly strangeCommand: StrangeCommand | null;
    }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'none'; readonly reason: string };

/** Observes the units of this program, only as root, under systemd, and when the program is installed. */
export async function lookAtUnits(
  { invoker, signal }: Pick<Context, 'invoker' | 'signal'>,
  installation = installationOnHost(),
): Promise<UnitsLook> {
  if (invoker.account.uid !== 0) return { kind: 'none', reason: 'only root looks after them' };
  if (!isSystemdRunning()) return { kind: 'none', reason: 'systemd does not run here' };
  if (installation === null) return { kind: 'none', reason: 'the program is not installed on this host' };
  try {
    const contents = desiredContents(installation);
    return {
      kind: 'observed',
      situation: await observeUnits(contents, installation.units, { signal }),
      installation,
      contents,
      strangeCommand: strangeCommand(installation),
    };
  } catch (error) {
    signal.throwIfAborted();
    const isExpected = error instanceof SystemctlError || error instanceof IncompleteInstallationError;
    if (isExpected) return { kind: 'unknown', reason: error.message };
    if (error instanceof Error && 'errno' in error) return { kind: 'unknown', reason: systemErrorText(error) };
    throw error;
  }
}

/** The plan for the units; without actions and with an error when the units could not be observed. */
export function unitsPlanOf(look: UnitsLook): UnitsPlan {
  switch (look.kind) {
    case 'observed':
      return withCommand(planUnits(look.situation), look.strangeCommand);
    case 'none':
      return noUnits;
    case 'unknown': {
      const message = `the systemd units are unknown: ${look.reason}`;
      return { ...noUnits, diagnostics: [{ severity: 'error', code: 'units-unknown', user: null, message }] };
    }
  }
}

/** Whether an administrator is known to have a unit left alone. */
export function isLeftAlone(look: UnitsLook, unit: string): boolean {
  if (look.kind !== 'observed') return false;
  return look.situation.units.some(({ desired, observed }) => desired.name === unit && observed.leftAlone !== null);
}

function withCommand(plan: UnitsPlan, strange: StrangeCommand | null): UnitsPlan {
  if (strange === null) return plan;
  const message = `${strange.message}; to put it back: ${strange.mend}`;
  return {
    ...plan,
    diagnostics: [...plan.diagnostics, { severity: 'warning', code: 'command-strange', user: null, message }],
  };
}
