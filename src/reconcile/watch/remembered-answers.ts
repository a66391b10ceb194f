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
  /** The snapshot that holds what was read; undefined while the watch has not told. */
  readonly snapshot: string | null | undefined;
}

export interface RememberedAnswers {
  readonly ask: AskUsers;
  /** Takes in which snapshot held the user's record after a save of the watch. */
  readonly saved: (user: string, snapshot: string | null) => void;
}

/**
 * Asks about a user's agents only when one has come, gone or moved since the last answer. A program must run for each
 * question, and most changes of sessions concern no agent. So a conversation that changes within a running agent is
 * recorded as late as by the timer. An agent that has just started has none yet: an answer without it is not
 * remembered. When another run has stored a record since, such as the timer's, that run may know
 * a newer conversation: then it asks again, because the older one must not replace it.
 */
export function rememberedAnswers(
  ask: AskUsers,
  newestSnapshot: (user: string) => string | null | undefined,
): RememberedAnswers {
  const byUser = new Map<string, Remembered>();
  const askAgain: AskUsers = async (questions, signal) => {
    const nowMs = performance.now();
    const known = new Map<string, Reading>();
    const open = questions.filter((question) => {
      const last = byUser.get(question.user);
      const isKnown = last !== undefined && nowMs - last.askedAtMs < maxAgeMs && last.essence === essenceOf(question);
      if (!isKnown || last.snapshot === undefined || last.snapshot !== newestSnapshot(question.user)) return true;
      known.set(question.user, last.reading);
      return false;
    });
    if (open.length === 0) return known;
    const answers = await ask(open, signal);
    for (const question of open) {
      const reading = answers.get(question.user);
      if (reading?.kind === 'read' && reading.answer.agents.every(({ reading: { claims } }) => claims.length > 0)) {
        const essence = essenceOf(question);
        byUser.set(question.user, { essence, reading, askedAtMs: nowMs, snapshot: undefined });
      } else {
        byUser.delete(question.user);
      }
    }
    return new Map([...known, ...answers]);
  };
  return {
    ask: askAgain,
    saved: (user, snapshot) => {
      const last = byUser.get(user);
      if (last !== undefined) byUser.set(user, { ...last, snapshot });
    },
  };
}

/** What of a question tells one agent from another. A busy agent starts and ends children all the time. */
function essenceOf({ uid, home, panes, processes }: UserQuestion): string {
  const suspects = processes.filter(({ comm }) => mayBeAgent(comm)).map(({ pid, startTime }) => [pid, startTime]);
  return JSON.stringify([uid, home, panes, suspects]);
}
