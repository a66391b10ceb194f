import type { Finding } from '../../core/finding.ts';
import { judgeUnits } from '../../core/unit-health.ts';
import type { Context } from '../context.ts';
import { lookAtUnits } from '../observe/look-at-units.ts';

/** Looks for whatever keeps the host from saving and restoring by itself. */
export async function examineUnits(context: Context): Promise<readonly Finding[]> {
  const look = await lookAtUnits(context);
  if (look.kind === 'none') {
    return [{ severity: 'ok', subject: 'systemd units', message: `not looked at: ${look.reason}`, mend: null }];
  }
  if (look.kind === 'unknown') {
    return [{ severity: 'error', subject: 'systemd units', message: look.reason, mend: 'systemctl status' }];
  }
  const { units } = judgeUnits(look.situation);
  return units.map(({ unit, state, problem, mend }): Finding => {
    return problem === null
      ? { severity: 'ok', subject: unit, message: state, mend: null }
      : { severity: 'warning', subject: unit, message: problem, mend };
  });
}
