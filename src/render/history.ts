import type { Killer } from '../core/endings.ts';
import type { HistoryChange, HistoryEvent } from '../core/history.ts';
import { localClock } from './clock.ts';
import { alignColumns, painter, plain, type Style } from './columns.ts';
import { formatVersion } from './json-text.ts';
import { killerDocument } from './killer-words.ts';
import { conversationLabel, directoryLabel } from './labels.ts';
import { causeWords, lossWords } from './loss-words.ts';
import { printable, type TextOptions } from './printable.ts';

export interface UserHistory {
  readonly user: string;
  readonly home: string | null;
  /** Oldest first. */
  readonly events: readonly HistoryEvent[];
}

/** Renders the history of some users' sessions, oldest first, one line per event. */
export function renderHistoryText(histories: readonly UserHistory[], { color, utcOffsetMinutes }: TextOptions): string {
  const clock = localClock(utcOffsetMinutes);
  const rows = histories
    .flatMap(({ user, home, events }) => events.map((event) => ({ user, home, event })))
    .toSorted((a, b) => Date.parse(a.event.at) - Date.parse(b.event.at))
    .map(({ user, home, event }) => [
      plain(clock.dateTime(event.at)),
      plain(printable(user)),
      plain(printable(event.session)),
      { text: printable(changeWords(event, home)), style: styleOf(event) },
    ]);
  return alignColumns(rows, painter(color))
    .map((line) => `${line}\n`)
    .join('');
}

/** An event in a few words, which follow the session's name. */
export function changeWords(change: HistoryChange, home: string | null): string {
  switch (change.kind) {
    case 'appeared':
      return `appeared in ${directoryLabel(change.cwd, home)}, ${conversationLabel(change.conversation)}`;
    case 'gone':
      return `gone: ${lossWords(change, { time: '' })}`;
    case 'back':
      return 'back';
    case 'renamed':
      return `renamed, was ${change.from}`;
    case 'conversation-changed':
      return conversationWords(change);
    case 'conversation-ended':
      return `${conversationLabel(change.conversation)} ${endWords(change)}`;
    case 'conversation-failed':
      return `${conversationLabel(change.conversation)} could not be started`;
    case 'directory-changed':
      return `moved from ${directoryLabel(change.from, home)} to ${directoryLabel(change.to, home)}`;
    case 'cause-corrected':
      return change.from === change.to
        ? `as is known now: ${lossWords({ cause: change.to, killer: change.killer }, { time: '' })}`
        : `cause corrected: ${lossWords({ cause: change.to, killer: change.killer }, { time: '' })}, not ${causeWords[change.from]}`;
    case 'conversation-end-corrected':
      return `as is known now: ${conversationLabel(change.conversation)} ${endWords(change)}`;
    case 'left-record':
      return 'left the record; older snapshots hold it';
  }
}

function endWords({ killed, killer }: { readonly killed: boolean; readonly killer: Killer | null }): string {
  return killed ? `was ${lossWords({ cause: 'killed', killer }, { time: '' })}` : 'ended';
}

function conversationWords({ from, to }: Extract<HistoryChange, { kind: 'conversation-changed' }>): string {
  if (from === null) return `${conversationLabel(to)} started`;
  return to === null
    ? `${conversationLabel(from)} left`
    : `${conversationLabel(from)} replaced by ${conversationLabel(to)}`;
}

function styleOf({ kind }: HistoryChange): Style | null {
  if (kind === 'appeared' || kind === 'back') return 'green';
  if (kind === 'gone') return 'red';
  return kind === 'left-record' ? 'dim' : null;
}

/** The JSON document of the history of some users' sessions, oldest first. */
export function historyDocument(histories: readonly UserHistory[]) {
  return {
    formatVersion,
    kind: 'history' as const,
    users: histories.map(({ user, events }) => ({ user, events: events.map(changeDocument) })),
  };
}

/** A change for the JSON documents, with the words that programs may rely on. */
export function changeDocument<Change extends HistoryChange>(change: Change) {
  return 'killer' in change ? { ...change, killer: killerDocument(change.killer) } : change;
}
