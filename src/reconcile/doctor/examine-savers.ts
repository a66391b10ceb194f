import type { Finding } from '../../core/diagnostic.ts';
import { ownCommand } from '../../core/own-command.ts';
import { cronCommands, runsSave, type Saver, saverWords } from '../../core/units/saver.ts';
import type { WatchStatus } from '../../core/report/watch-status.ts';
import { listStoredUsers } from '../../state/state-paths.ts';
import { readCrontabs } from '../../system/host/crontabs.ts';
import { attemptRead } from '../../system/files/read-file.ts';
import { savingTimers } from '../../systemd/saving-timers.ts';
import { saveTimer } from '../../systemd/unit-files.ts';
import type { Context } from '../context.ts';
import { isLeftAlone, type UnitsLook } from '../observe/look-at-units.ts';

interface Others {
  readonly look: UnitsLook;
  readonly watch: WatchStatus;
}

/** Checks whether anything will save without a person: a timer, a line of a crontab, or the watch. Reads only. */
export async function examineSavers(context: Context, others: Others): Promise<readonly Finding[]> {
  // What root has for this is not for everybody to see. The age of the last save tells.
  if (context.recordsKeeper === 'root') return [];
  const { savers, hasCrontab } = await findSavers(context, others);
  if (savers.length > 0) {
    const message = `come by themselves: ${savers.map(saverWords).join(', ')}`;
    return [{ severity: 'ok', subject, message, mend: null }];
  }
  const message = 'nothing saves by itself: no timer is active, no crontab calls this program, and no watch runs';
  const severity = isCountedOn(context) ? 'error' : 'warning';
  return [{ severity, subject, message, mend: mendOf(context, others, hasCrontab) }];
}

const subject = 'saves';

async function findSavers(
  { invoker, signal }: Context,
  { look, watch }: Others,
): Promise<{ readonly savers: readonly Saver[]; readonly hasCrontab: boolean }> {
  const { uid, name } = invoker.account;
  const timers = isTicking(look) ? [saveTimer] : await savingTimers(uid, signal);
  const { found, hasCrontab } = await readCrontabs(invoker.path, signal);
  const calling = found.filter(({ text, form }) =>
    cronCommands(text, form).some(({ user, command }) => (user ?? name) === name && runsSave(command)),
  );
  const savers: readonly Saver[] = [
    ...timers.map((unit) => ({ kind: 'timer' as const, unit })),
    ...calling.map(({ place }) => ({ kind: 'cron' as const, place })),
    ...(watch.kind === 'running' ? [{ kind: 'watch' as const }] : []),
  ];
  return { savers, hasCrontab };
}

/** Whether the installed timer will save, which spares a look at all timers. */
function isTicking(look: UnitsLook): boolean {
  if (look.kind !== 'observed') return false;
  return look.situation.units.some(
    ({ desired, observed }) => desired.name === saveTimer && (observed.nextTickAt !== null || observed.isTicking),
  );
}

/** Not where somebody has only just begun: nothing is recorded, and no list says whose sessions are to be. */
function isCountedOn({ stateDirectory, invoker, roster }: Context): boolean {
  const stored = attemptRead(() => listStoredUsers(stateDirectory));
  const hasRecords = stored.kind === 'unreadable' || stored.value.length > 0;
  return hasRecords || (invoker.account.uid === 0 && roster.path !== null);
}

function mendOf({ givenOptions }: Context, { look }: Others, hasCrontab: boolean): string | null {
  if (look.kind === 'observed') {
    return isLeftAlone(look, saveTimer) ? `tmux-persist units --heal ${saveTimer}` : 'tmux-persist apply';
  }
  if (!hasCrontab) return ownCommand(givenOptions, 'watch');
  // Cron has a short PATH. The shell puts its own into the line, where the program was found.
  const line = `*/5 * * * * PATH='$PATH' ${ownCommand(givenOptions, 'save', '--quiet')}`;
  return `(crontab -l 2>/dev/null || :; echo "${line}") | crontab -`;
}
