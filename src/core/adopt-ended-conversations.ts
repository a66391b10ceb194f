import { isSameConversation, type Conversation } from './conversation.ts';
import { recordedPanesOf, type GonePane, type LiveEntry, type Pane, type SessionFacts } from './manifest.ts';

/**
 * Offers, in a session that was made anew, what had ended in the one it stands for: in the pane of the same place where
 * that is idle, else in any idle one.
 *
 * Without a record of how it ended, an older entry that lost the same conversation in a crash would bring it back.
 */
export function adoptEndedConversations(
  before: SessionFacts,
  after: LiveEntry,
  running: readonly Conversation[],
): LiveEntry {
  const known = [...running, ...recordedPanesOf(after).flatMap((pane) => pane.conversation ?? [])];
  const isKnown = ({ conversation }: Pane): boolean =>
    conversation === null || known.some((one) => isSameConversation(one, conversation));
  const ended = endedPlaces(before).filter(({ pane }) => !isKnown(pane));
  const inPlace = settle(after, ended, (place, window, pane) => place.window === window && place.pane.index === pane);
  const { entry, unsettled } = settle(inPlace.entry, inPlace.unsettled, () => true);
  const without = unsettled.map(({ pane }): GonePane => ({ ...pane, active: false, windowName: null }));
  const gonePanes = [...entry.gonePanes, ...without, ...before.gonePanes.filter((pane) => !isKnown(pane))];
  return { ...entry, gonePanes };
}

interface Place {
  readonly window: number;
  readonly pane: Pane;
}

function endedPlaces({ windows }: SessionFacts): readonly Place[] {
  return windows.flatMap((window) =>
    window.panes.flatMap((pane) => (pane.conversation?.ended ? [{ window: window.index, pane }] : [])),
  );
}

function settle(
  after: LiveEntry,
  ended: readonly Place[],
  fits: (place: Place, window: number, pane: number) => boolean,
): { readonly entry: LiveEntry; readonly unsettled: readonly Place[] } {
  const unsettled = [...ended];
  const windows = after.windows.map((window) => ({
    ...window,
    panes: window.panes.map((pane) => {
      if (pane.conversation !== null || pane.agent !== null) return pane;
      const at = unsettled.findIndex((place) => fits(place, window.index, pane.index));
      const [place] = at < 0 ? [] : unsettled.splice(at, 1);
      return place === undefined ? pane : { ...pane, conversation: place.pane.conversation, agent: place.pane.agent };
    }),
  }));
  return { entry: { ...after, windows }, unsettled };
}
