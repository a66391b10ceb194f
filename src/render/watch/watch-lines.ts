import type { WatchEvent } from '../../core/report/watch-event.ts';
import { counted } from '../../core/text.ts';
import type { LocalClock } from '../text/clock.ts';
import { healJournal } from './heal-words.ts';
import { userJournal, type JournalLine, saveJournal } from './journal.ts';
import { killerWords } from '../killer-words.ts';
import { sessionWords } from '../labels.ts';

/** What the watch writes to the journal about one event; often nothing, because most saves find nothing new. */
export function watchLines(event: WatchEvent, clock: LocalClock, now: string): readonly JournalLine[] {
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
      return [warning(`some kills may be known less exactly: ${event.reason}`)];
    case 'ending-not-kept':
      return [{ priority: 'error', text: `${event.user}: an ending was not kept: ${event.reason}` }];
    case 'saved':
      return saveJournal(event.results, event.diagnostics);
    case 'heal-decided':
      return healJournal(event.decisions, { user: event.user, clock, now });
    case 'heal-in-conflict':
      return [
        { priority: 'notice', text: `${event.user}: ${sessionWords(event.session)} is not healed: ${event.reason}` },
      ];
    case 'healed':
      return event.applied.plan.users.flatMap((user) => userJournal(user, event.applied));
    case 'heal-failed':
      return [{ priority: 'error', text: `${event.user}: not healed: ${event.reason}` }];
    case 'systemd-not-told':
      return [warning(`systemd was not told that the watch lives: ${event.reason}`)];
    case 'not-reloaded':
      return event.problems.map((problem) => ({
        priority: 'error',
        text: `${problem}; the watch goes on with what it read before`,
      }));
  }
}

function warning(text: string): JournalLine {
  return { priority: 'warning', text };
}
