import { isSameConversation, type Conversation } from './conversation.ts';
import { type LiveEntry, type Pane, type SessionFacts, type Window } from './manifest.ts';

interface CarryRule {
  /** `tmux-id` on one server, where a pane keeps its `%N`; `index` for a session that was made anew. */
  readonly pairBy: 'tmux-id' | 'index';
  /** Conversations that run now, anywhere: one of these has not ended. */
  readonly running: readonly Conversation[];
  /** How a conversation that still ran before is to be marked; null carries only those already marked. */
  readonly ending: NonNullable<Conversation['ended']> | null;
}

/** Keeps, in panes that hold no conversation now, the one that ended there, so that it can be offered again. */
export function carryEndedConversations(before: SessionFacts, after: LiveEntry, rule: CarryRule): LiveEntry {
  const windows = after.windows.map((window) => ({
    ...window,
    panes: window.panes.map((pane) => {
      if (pane.conversation !== null) return pane;
      const earlier = counterpart(before, window, pane, rule.pairBy);
      const conversation = endedIn(earlier, rule);
      return conversation === null ? pane : { ...pane, conversation, agent: earlier?.agent ?? null };
    }),
  }));
  return { ...after, windows };
}

function endedIn(before: Pane | undefined, rule: CarryRule): Conversation | null {
  const conversation = before?.conversation ?? null;
  if (conversation === null) return null;
  if (rule.running.some((one) => isSameConversation(one, conversation))) return null;
  if (conversation.ended !== null) return conversation;
  return rule.ending === null ? null : { ...conversation, ended: rule.ending };
}

function counterpart(before: SessionFacts, window: Window, pane: Pane, pairBy: CarryRule['pairBy']): Pane | undefined {
  if (pairBy === 'tmux-id') {
    return before.windows.flatMap((one) => one.panes).find((one) => one.tmuxId !== null && one.tmuxId === pane.tmuxId);
  }
  return before.windows.find((one) => one.index === window.index)?.panes.find((one) => one.index === pane.index);
}
