import type { Action } from '../../core/plan/action.ts';
import type { LostConversation } from '../../core/record/ended-conversations.ts';
import type { Outcome } from '../../core/plan/outcome.ts';
import type { CreationResult } from '../../tmux/check-created.ts';
import type { CreatingAction, SessionBuild } from './session-build.ts';
import { endWords, type StartVerdict } from './watch-starts.ts';

/** The result of one action, with the conversations that did not come back. */
export interface Creation {
  readonly outcome: Outcome;
  readonly lost: readonly LostConversation[];
  /** tmux's `$N` of a session that was created; null for none. */
  readonly tmuxId: string | null;
}

/** Called as soon as it is known what came of an action; notes of later steps may follow in its final result. */
export type OnMade = (action: Action, creation: Creation) => void;

/** The name was free when the plan was made. So the session that has it now is not the lost one. */
const nameTaken = 'another session has taken its name since it was planned';

/** What came of one request, in words for the user; `verdicts` are those on its agents, null where none was watched. */
export function creationOf(
  build: SessionBuild,
  result: CreationResult | undefined,
  verdicts: readonly StartVerdict[] | null,
): Creation {
  const { action, lost } = build;
  switch (result?.outcome) {
    case 'created':
      return { ...started(build, result.notes, verdicts ?? []), tmuxId: result.tmuxId };
    case 'name-taken':
      return { outcome: { kind: 'failed', message: nameTaken }, lost: [], tmuxId: null };
    case 'failed':
      return { outcome: { kind: 'failed', message: result.message }, lost: [], tmuxId: null };
    case undefined:
      return { outcome: { kind: 'failed', message: `tmux gave no answer about ${action.as}` }, lost, tmuxId: null };
  }
}

function started(
  build: SessionBuild,
  tmuxNotes: readonly string[],
  verdicts: readonly StartVerdict[],
): Omit<Creation, 'tmuxId'> {
  const ended = build.agents.flatMap((start, at) => {
    const verdict = verdicts[at];
    return verdict?.kind === 'ended' ? [{ start, verdict }] : [];
  });
  const lost = [
    ...build.lost,
    ...ended.flatMap(({ start: { conversation }, verdict }) =>
      conversation === null ? [] : [{ conversation, hasStarted: verdict.ending === 'ended' }],
    ),
  ];
  const [first] = ended;
  if (first !== undefined) {
    const message = endWords(first.start.agent, first.verdict);
    return { outcome: { kind: 'failed', message }, lost };
  }
  const unconfirmed = build.agents.flatMap(({ agent }, at) =>
    verdicts[at]?.kind === 'unconfirmed' ? [`${agent} has not shown its conversation yet`] : [],
  );
  const notes = [...build.notes, ...tmuxNotes, ...unconfirmed];
  const kind = build.lacksConversation ? 'created-without-conversation' : 'created';
  return { outcome: { kind, as: build.action.as, notes }, lost };
}

/** The same failure for every action. */
export function allFailed(actions: readonly CreatingAction[], message: string): ReadonlyMap<CreatingAction, Creation> {
  return new Map(
    actions.map((action) => [action, { outcome: { kind: 'failed', message }, lost: [], tmuxId: null } as const]),
  );
}

/** Adds what a later step found to a session that was created. */
export function withNotes(creation: Creation, notes: readonly string[]): Creation {
  const { outcome } = creation;
  const isCreated = outcome.kind === 'created' || outcome.kind === 'created-without-conversation';
  return isCreated ? { ...creation, outcome: { ...outcome, notes: [...outcome.notes, ...notes] } } : creation;
}
