import { setTimeout as delay } from 'node:timers/promises';
import { isSameConversation, type Conversation } from '../core/conversation.ts';
import type { Action } from '../core/action.ts';
import { panesOf, type Window } from '../core/manifest.ts';
import type { Outcome } from '../core/outcome.ts';
import type { UserPlan } from '../core/plan.ts';
import type { Context } from './context.ts';
import { observeUsers } from './observe-users.ts';

const limitMs = 3_000;
const pauseMs = 100;

/**
 * Waits, up to a limit, until the agents that were started can be seen in their panes.
 *
 * A login shell takes its time before it becomes the agent; a record taken earlier would hold the conversation as lost.
 */
export async function settleAgents(
  context: Context,
  users: readonly UserPlan[],
  outcomes: ReadonlyMap<Action, Outcome>,
): Promise<void> {
  const deadlineMs = performance.now() + limitMs;
  let waiting = users.map((user) => ({ user, started: startedBy(user, outcomes) }));
  for (;;) {
    waiting = waiting.filter(({ started }) => started.length > 0);
    if (waiting.length === 0 || performance.now() >= deadlineMs) return;
    await delay(pauseMs, undefined, { signal: context.signal });
    const observations = await observeUsers(
      context,
      waiting.map(({ user }) => user.rosterUser),
    );
    waiting = waiting.map(({ user, started }) => {
      const seen = observations.get(user.rosterUser.name);
      const running = seen?.kind === 'observed' ? seen.sessions.flatMap(conversationsIn) : [];
      return { user, started: started.filter((one) => !running.some((other) => isSameConversation(one, other))) };
    });
  }
}

function startedBy(user: UserPlan, outcomes: ReadonlyMap<Action, Outcome>): readonly Conversation[] {
  return user.actions.flatMap((action) =>
    'windows' in action && outcomes.get(action)?.kind === 'created' ? conversationsIn(action) : [],
  );
}

function conversationsIn(holder: { readonly windows: readonly Window[] }): readonly Conversation[] {
  return panesOf(holder).flatMap((pane) => pane.conversation ?? []);
}
