import { qualifiedName } from '../core/manifest.ts';
import type { HealDecision } from '../core/heal.ts';
import type { MemoryState } from '../core/memory-recovery.ts';
import type { WatchEvent } from '../core/watch-event.ts';
import { applyJournal, diagnosticLine, type JournalLine, saveJournal } from './journal.ts';
import { killerWords } from './killer-words.ts';
import { counted } from './printable.ts';

/** What the watch writes to the journal about one event; often nothing, because most saves find nothing new. */
export function watchLines(event: WatchEvent, clock: (time: string) => string): readonly JournalLine[] {
  switch (event.kind) {
    case 'started':
      return [
        { priority: 'info', text: `watching ${counted(event.users, 'user')}` },
        ...(event.withoutKernelLog === null
          ? []
          : [warning(`who was killed for memory is known less exactly: ${event.withoutKernelLog}`)]),
      ];
    case 'stopped':
      return [{ priority: 'info', text: 'stopped watching' }];
    case 'server-ended': {
      const { socket, server, end } = event.ending;
      const where = socket === null ? '' : ` on ${socket}`;
      const how = end === 'violent' ? 'was killed or crashed' : 'ended in an orderly way';
      const text = `${event.user}: the tmux server${where}, process ${server.pid}, ${how}`;
      return [{ priority: end === 'violent' ? 'warning' : 'info', text }];
    }
    case 'server-not-watched':
      return [warning(`${event.user}: how the tmux server ends will not be seen: ${event.reason}`)];
    case 'killed':
      return [warning(`${event.user}: process ${event.pid} was killed ${killerWords(event.killer)}`)];
    case 'kernel-log-gap':
      return [warning('the kernel wrote its log faster than it was read; some kills may be known less exactly')];
    case 'ending-not-kept':
      return [{ priority: 'error', text: `${event.user}: an ending was not kept: ${event.reason}` }];
    case 'saved':
      return saveJournal(event.results, event.diagnostics);
    case 'heal-decided':
      return [decisionLine(event.user, event.decision, clock)];
    case 'healed':
      return applyJournal(event.applied);
    case 'heal-failed':
      return [{ priority: 'error', text: `${event.user}: not healed: ${event.reason}` }];
    case 'not-reloaded':
      return event.problems.map((problem) => ({
        priority: 'error',
        text: `${problem}; the watch goes on with what it read before`,
      }));
  }
}

function decisionLine(user: string, decision: HealDecision, clock: (time: string) => string): JournalLine {
  const session = `${user}: ${qualifiedName(decision.lost)}`;
  switch (decision.kind) {
    case 'heal':
      return { priority: 'notice', text: `${session}: healing it, ${lossWords(decision)}` };
    case 'wait':
      return { priority: 'info', text: `${session}: not yet healed: ${waitWords(decision, clock)}` };
    case 'hold':
      return { priority: 'notice', text: `${session}: not healed: ${holdWords(decision, clock)}` };
  }
}

function lossWords({ lost: { cause, killer } }: HealDecision): string {
  const by = killer === null ? '' : ` ${killerWords(killer)}`;
  return cause === 'killed' ? `it was killed${by}` : `its tmux server died${by === '' ? '' : `, killed${by}`}`;
}

function waitWords(
  decision: Extract<HealDecision, { readonly kind: 'wait' }>,
  clock: (time: string) => string,
): string {
  switch (decision.why) {
    case 'grace':
      return 'a terminal may connect again first';
    case 'deferred':
      return `the last try found no memory; next at ${clock(decision.until)}`;
    case 'memory':
      return memoryWords(decision.memory);
  }
}

function memoryWords(memory: MemoryState): string {
  switch (memory.kind) {
    case 'recovered':
    case 'watching':
      return 'memory must be quiet for a minute first';
    case 'short':
      return `only ${memory.availableMib} MiB of memory are available, less than ${memory.floorMib}`;
    case 'pressed':
      return 'the host is short of memory; it must be quiet for a minute first';
    case 'unknown':
      return 'the kernel does not tell how much memory is available';
  }
}

function holdWords(
  decision: Extract<HealDecision, { readonly kind: 'hold' }>,
  clock: (time: string) => string,
): string {
  switch (decision.why) {
    case 'healed-lately':
      return `it was healed at ${clock(decision.healedAt)} and was lost again; held until ${clock(decision.until)}`;
    case 'failed-lately':
      return `that failed at ${clock(decision.healedAt)}; held until ${clock(decision.until)}`;
    case 'too-many':
      return `too many sessions were healed within an hour; held until ${clock(decision.until)}`;
    case 'parked':
      return 'its user is parked';
    case 'switched-off':
      return 'the roster switches it off for this cause';
    case 'lost-long-ago':
      return 'it was lost long ago; apply brings it back';
    case 'shutdown':
      return 'the host is shutting down';
    case 'shutdown-unknown':
      return 'systemd does not tell whether the host is shutting down';
  }
}

function warning(text: string): JournalLine {
  return { priority: 'warning', text };
}
