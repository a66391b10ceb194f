import type { Action } from '../core/action.ts';
import { isSameConversation } from '../core/conversation.ts';
import { recordedPanesOf, shownPaneOf, type Pane } from '../core/manifest.ts';
import type { PaneAgent } from '../core/pane-agent.ts';

/**
 * The agent that a line of a plan is about: that of its conversation; without one, an agent whose conversation is not
 * known, in the pane that a client would be shown before all others. null for a shell.
 */
export function agentOfAction({ candidate: { session }, conversation }: Action): PaneAgent | null {
  const panes = [shownPaneOf(session) ?? [], ...recordedPanesOf(session)].flat();
  const isMeant = (pane: Pane): boolean =>
    conversation === null
      ? pane.conversation === null && pane.agent !== null
      : pane.conversation !== null && isSameConversation(pane.conversation, conversation);
  return panes.find(isMeant)?.agent ?? null;
}
