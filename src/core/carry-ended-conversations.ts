import { isSameConversation, type Conversation } from './conversation.ts';
import { panesOf, type LiveEntry, type Pane, type SessionFacts } from './manifest.ts';

interface CarryRule {
  /** Conversations that run now, anywhere: one of these has not ended. */
  readonly running: readonly Conversation[];
  /** How a conversation that still ran before is to be marked. */
  readonly ending: NonNullable<Conversation['ended']>;
}

/** Keeps, in panes that hold no conversation now, the one that ended there on the same server, so that it can be offered again. */
export function carryEndedConversations(before: SessionFacts, after: LiveEntry, rule: CarryRule): LiveEntry {
  const earlier = panesOf(before);
  const windows = after.windows.map((window) => ({
    ...window,
    panes: window.panes.map((pane) => {
      if (pane.conversation !== null) return pane;
      const counterpart = earlier.find((one) => one.tmuxId !== null && one.tmuxId === pane.tmuxId);
      const conversation = endedIn(counterpart, rule);
      return conversation === null ? pane : { ...pane, conversation, agent: counterpart?.agent ?? null };
    }),
  }));
  return { ...after, windows };
}

function endedIn(before: Pane | undefined, { running, ending }: CarryRule): Conversation | null {
  const conversation = before?.conversation ?? null;
  if (conversation === null || running.some((one) => isSameConversation(one, conversation))) return null;
  return conversation.ended === null ? { ...conversation, ended: ending } : conversation;
}
