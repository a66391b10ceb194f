import type { HistoryChange, HistoryEvent } from '../core/history.ts';
import { localClock } from './clock.ts';
import { alignColumns, painter, plain, type Style } from './columns.ts';
import { formatVersion } from './json-text.ts';
import { causeWords, conversationLabel, directoryLabel } from './labels.ts';
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
      return `gone: ${causeWords[change.cause]}`;
    case 'back':
      return 'back';
    case 'renamed':
      return `renamed, was ${change.from}`;
    case 'conversation-changed':
      return conversationWords(change);
    case 'conversation-ended':
      return `${conversationLabel(change.conversation)} ${change.killed ? 'was killed' : 'ended'}`;
    case 'conversation-failed':
      return `${conversationLabel(change.conversation)} could not be started`;
    case 'directory-changed':
      return `moved from ${directoryLabel(change.from, home)} to ${directoryLabel(change.to, home)}`;
    case 'cause-corrected':
      return `cause corrected: ${causeWords[change.to]}, not ${causeWords[change.from]}`;
    case 'left-record':
      return 'left the record; older snapshots hold it';
  }
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
    users: histories.map(({ user, events }) => ({ user, events })),
  };
}
