import type { Conversation } from './conversation.ts';
import type { GonePane, SessionFacts, Window } from './manifest.ts';

/** Gives each of the gone panes whose conversation is wanted a window of its own, behind those that the session has. */
export function withWindowsForGonePanes<Facts extends SessionFacts>(
  session: Facts,
  isWanted: (conversation: Conversation) => boolean,
): Facts {
  if (session.sharesWindowsOf !== null) return session;
  const wanted = session.gonePanes.filter(({ conversation }) => conversation !== null && isWanted(conversation));
  const next = Math.max(-1, ...session.windows.map(({ index }) => index)) + 1;
  return {
    ...session,
    windows: [...session.windows, ...wanted.map((pane, at) => windowFor(pane, next + at))],
    gonePanes: session.gonePanes.filter((pane) => !wanted.includes(pane)),
  };
}

function windowFor({ windowName, ...pane }: GonePane, index: number): Window {
  return {
    index,
    name: windowName ?? pane.command,
    automaticName: windowName === null,
    active: false,
    layout: null,
    panes: [{ ...pane, index: 0, active: true }],
  };
}
