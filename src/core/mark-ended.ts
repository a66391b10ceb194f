import { isSameConversation, type Conversation, type ConversationEnd } from './conversation.ts';
import type { Manifest } from './manifest.ts';

/**
 * The manifest with the given conversations marked as ended in every gone entry: they were tried and did not come back.
 * Their ids stay, so that each can still be asked for; but nothing tries them again by itself.
 */
export function markEnded(manifest: Manifest, conversations: readonly Conversation[], at: string): Manifest {
  if (conversations.length === 0) return manifest;
  const isLost = (one: Conversation): boolean => conversations.some((other) => isSameConversation(one, other));
  const failed: ConversationEnd = { at, killed: false, failedToStart: true };
  const sessions = manifest.sessions.map((entry) => {
    if (entry.state === 'live') return entry;
    const windows = entry.windows.map((window) => ({
      ...window,
      panes: window.panes.map((pane) => {
        const { conversation } = pane;
        if (conversation === null || !isLost(conversation)) return pane;
        return { ...pane, conversation: { ...conversation, ended: failed } };
      }),
    }));
    return { ...entry, windows };
  });
  return { ...manifest, sessions };
}
