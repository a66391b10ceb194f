import type { Reading } from '../../agents/ask-users.ts';
import type { UserQuestion } from '../../agents/reading-protocol.ts';
import type { AskUsers } from '../context.ts';
import { mayBeAgent } from '../observe/observe-agents.ts';

/** The time after which an answer is asked for again. The look at everybody, every five minutes, comes later. */
const maxAgeMs = 4.5 * 60_000;

interface Remembered {
  readonly essence: string;
  readonly reading: Reading;
  readonly askedAtMs: number;
}

/**
 * Asks about a user's agents only when one has come, gone or moved since the last answer. A program must run for each
 * question, and most changes of sessions concern no agent. So a conversation that changes within a running agent is
 * recorded as late as by the timer.
 */
export function rememberedAnswers(ask: AskUsers): AskUsers {
  const byUser = new Map<string, Remembered>();
  return async (questions, signal) => {
    const nowMs = performance.now();
    const known = new Map<string, Reading>();
    const open = questions.filter((question) => {
      const last = byUser.get(question.user);
      const isKnown = last !== undefined && nowMs - last.askedAtMs < maxAgeMs && last.essence === essenceOf(question);
      if (isKnown) known.set(question.user, last.reading);
      return !isKnown;
    });
    if (open.length === 0) return known;
    const answers = await ask(open, signal);
    for (const question of open) {
      const reading = answers.get(question.user);
      if (reading?.kind === 'read') {
        byUser.set(question.user, { essence: essenceOf(question), reading, askedAtMs: nowMs });
      } else {
        byUser.delete(question.user);
      }
    }
    return new Map([...known, ...answers]);
  };
}

/** What of a question tells one agent from another. A busy agent starts and ends children all the time. */
function essenceOf({ uid, home, panes, processes }: UserQuestion): string {
  const suspects = processes.filter(({ comm }) => mayBeAgent(comm)).map(({ pid, startTime }) => [pid, startTime]);
  return JSON.stringify([uid, home, panes, suspects]);
}
