import { overviewFrom, type Overview } from './documents/overview.ts';
import { type Picker, pickerFrom, type Selection, selectionFrom } from './documents/picker.ts';
import type { Seen } from './live.ts';
import type { Answer, RootCommand } from './root-command.ts';
import { sharedAnswers } from './shared-answers.ts';
import { type Subject, subjectKey } from './subject.ts';

/** What root's command tells, shared among all that ask for the same at the same time. */
export interface Sessions {
  readonly open: (subject: Subject) => Promise<Answer<Picker>>;
  readonly show: (subject: Subject, id: string) => Promise<Answer<Selection>>;
  readonly overview: (login: string) => Promise<Answer<Overview>>;
  /** The same as something that changes. */
  readonly seen: (subject: Subject, user: string) => Seen;
  readonly seenOverview: (login: string) => Seen;
}

const keptMs = 1_000;

export function sessionsOf(command: RootCommand): Sessions {
  const pickers = sharedAnswers<Answer<Picker>>(keptMs);
  const selections = sharedAnswers<Answer<Selection>>(keptMs);
  const overviews = sharedAnswers<Answer<Overview>>(keptMs);
  const open = async (subject: Subject): Promise<Answer<Picker>> =>
    pickers.get(subjectKey(subject), async () => command.ask(subject, ['open'], pickerFrom));
  const overview = async (login: string): Promise<Answer<Overview>> =>
    overviews.get(login, async () => command.ask({ kind: 'login', login }, ['overview'], overviewFrom));
  return {
    open,
    show: async (subject, id) =>
      selections.get(`${subjectKey(subject)} ${id}`, async () => command.ask(subject, ['show', id], selectionFrom)),
    overview,
    seen: (subject, user) => ({
      key: subjectKey(subject),
      concerns: (changed) => changed === user,
      restMs: keptMs,
      look: async () => {
        pickers.drop(subjectKey(subject));
        const answer = await open(subject);
        return answer.kind === 'answered' ? stateOfPicker(answer.value) : null;
      },
    }),
    seenOverview: (login) => ({
      key: `overview ${login}`,
      concerns: () => true,
      restMs: 5_000,
      look: async () => {
        overviews.drop(login);
        const answer = await overview(login);
        return answer.kind === 'answered' ? stateOfOverview(answer.value) : null;
      },
    }),
  };
}

/** All that a page shows of a user, but the time. */
export function stateOfPicker(picker: Picker): string {
  return JSON.stringify({ ...picker, now: null });
}

/** Without the times of the saves, which change every minute. */
export function stateOfOverview({ users, health }: Overview): string {
  return JSON.stringify([users.map((one) => ({ ...one, lastSavedAt: null })), health]);
}
