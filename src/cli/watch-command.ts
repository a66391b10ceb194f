import type { WatchEvent } from '../core/watch-event.ts';
import { publishMetrics } from '../reconcile/record/publish-metrics.ts';
import { lockWatch } from '../reconcile/watch/lock-watch.ts';
import { watchUsers } from '../reconcile/watch/watch-users.ts';
import { localClock } from '../render/clock.ts';
import { type JournalLine, journalText } from '../render/journal.ts';
import { renderMetricsText } from '../render/metrics-text.ts';
import { printable } from '../render/printable.ts';
import { watchLines } from '../render/watch-lines.ts';
import { exitCodes, Refusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { openContext } from './open-context.ts';
import { version } from './version.ts';

/** Watches the users until a signal ends it. Its output is what it tells the journal, one line for each event. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, signal, now } = invocation;
  const asked = args.all('user');
  const context = await openContext(invocation, asked);
  const lock = await lockWatch(context);
  if (lock.kind === 'failed') throw new Refusal(lock.reason);
  if (lock.kind === 'busy') {
    invocation.terminal.writeError('tmux-persist: another watch runs for these records\n');
    return exitCodes.locked;
  }
  const say = (event: WatchEvent): void => tell(invocation, watchLines(event, clockOf(invocation)));
  try {
    await watchUsers(context, {
      reopen: async () => {
        try {
          return await openContext(invocation, asked);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          say({ kind: 'not-reloaded', problems: error.problems });
          return null;
        }
      },
      say,
      publish: (current) => void publishMetrics(current, version, renderMetricsText),
      signal,
    });
  } finally {
    lock.release();
  }
  return exitCodes.done;
}
