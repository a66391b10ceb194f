import { comesBack, type Conversation } from '../conversation.ts';
import { type Pane, panesOf, shownPaneOf, type Window } from '../manifest.ts';

/** What a row tells of the agents of a session. One stands for all: that of the pane that is shown if it has one. */
export interface SessionContent {
  readonly agent: string | null;
  /** Its id; null without one. */
  readonly conversation: string | null;
}

export const noContent: SessionContent = { agent: null, conversation: null };

interface WithWindows {
  readonly windows: readonly Pick<Window, 'active' | 'panes'>[];
}

/** What runs. The record of a session that lives keeps the agents that have ended in it, and these do not run. */
export function contentThatRuns(session: WithWindows): SessionContent {
  return contentOf(session, ({ conversation, agent }) => {
    if (conversation === null) return agent === null ? null : { agent: agent.name, conversation: null };
    return conversation.ended === null ? contentOfConversation(conversation) : null;
  });
}

/** What starts when it comes back: an agent whose conversation is not known, or that its user ended, leaves a shell. */
export function contentThatComesBack(session: WithWindows): SessionContent {
  return contentOf(session, ({ conversation, agent }) => {
    if (conversation === null) return agent?.found.kind === 'fresh' ? { agent: agent.name, conversation: null } : null;
    return comesBack(conversation) ? contentOfConversation(conversation) : null;
  });
}

export function contentOfConversation({ agent, id }: Conversation): SessionContent {
  return { agent, conversation: id };
}

function contentOf(session: WithWindows, contentIn: (pane: Pane) => SessionContent | null): SessionContent {
  const shown = shownPaneOf(session);
  const panes = [...(shown === null ? [] : [shown]), ...panesOf(session)];
  const contents = panes.flatMap((pane) => contentIn(pane) ?? []);
  return contents.find(({ conversation }) => conversation !== null) ?? contents[0] ?? noContent;
}
