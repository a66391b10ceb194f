import type { WatchEvent } from '../../core/report/watch-event.ts';
import type { Context } from '../../reconcile/context.ts';
import { publishMetrics } from '../../reconcile/record/publish-metrics.ts';
import { lockWatch } from '../../reconcile/watch/lock-watch.ts';
import { watchUsers } from '../../reconcile/watch/watch-users.ts';
import { localClock } from '../../render/text/clock.ts';
import type { JournalLine } from '../../render/watch/journal.ts';
import { renderMetricsText } from '../../render/status/metrics-text.ts';
import { printable } from '../../render/text/printable.ts';
import { watchLines } from '../../render/watch/watch-lines.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { readContext } from '../open-context.ts';
import { tellsJournal, writeJournal } from '../output.ts';
import { refuseRecordsOfRoot } from '../records-place.ts';
import { version } from '../version.ts';

/** Watches the users until a signal ends it. It writes a line for each event on stdout, or in the journal. */
export async function run(invocation: Invocation): Promise<number> {
  const asked = invocation.args.all('user');
  const context = await readContext(invocation, asked, 'record');
  refuseRecordsOfRoot(context, 'its own watch is tmux-persist-watch.service');
  const lock = await lockWatch(context);
  if (lock.kind === 'failed') throw new Refusal(lock.reason);
  if (lock.kind === 'busy') {
    invocation.terminal.writeError(`tmux-persist: another watch keeps the records in ${context.stateDirectory}\n`);
    return exitCodes.locked;
  }
  const clock = localClock(invocation.terminal.utcOffsetMinutes);
  const say = (event: WatchEvent): void => write(invocation, watchLines(event, clock, invocation.now().toISOString()));
  try {
    await watchUsers(context, {
      reopen: () => reopen(invocation, asked, say),
      say,
      publish: (current) => void publishMetrics(current, version, renderMetricsText),
      signal: invocation.signal,
    });
  } finally {
    lock.release();
  }
  return exitCodes.done;
}

/** No mistake in the roster ends the watch: it goes on with what it read before. */
async function reopen(
  invocation: Invocation,
  asked: readonly string[],
  say: (event: WatchEvent) => void,
): Promise<Context | null> {
  try {
    return await readContext(invocation, asked, 'act');
  } catch (error) {
    if (!(error instanceof Error) || invocation.signal.aborted) throw error;
    say({ kind: 'not-reloaded', problems: error instanceof Refusal ? error.problems : [error.message] });
    return null;
  }
}

function write(invocation: Invocation, lines: readonly JournalLine[]): void {
  if (tellsJournal(invocation)) return writeJournal(invocation, lines);
  const time = invocation.now().toISOString();
  const { terminal, args } = invocation;
  const shown = lines.filter(({ priority }) => !args.has('quiet') || priority === 'error');
  const offsetMs = terminal.utcOffsetMinutes(Date.parse(time)) * 60_000;
  const clock = new Date(Date.parse(time) + offsetMs).toISOString().slice(11, 19);
  terminal.writeOut(shown.map(({ text }) => `${clock} ${printable(text)}\n`).join(''));
}
