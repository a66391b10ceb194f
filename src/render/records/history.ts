import type { Killer } from '../../core/endings.ts';
import { groupBy } from '../../core/group-by.ts';
import type { HistoryChange, HistoryEvent } from '../../core/record/history.ts';
import { compareNames } from '../../core/text.ts';
import { localClock } from '../text/clock.ts';
import { painter, type Style } from '../text/columns.ts';
import { widthOf } from '../text/width-of.ts';
import { type FittingCell, fitColumns, type Row } from '../text/fit-columns.ts';
import { formatVersion } from '../text/json-text.ts';
import { killerDocument } from '../killer-words.ts';
import { conversationLabel, directoryLabel } from '../labels.ts';
import { causeWords, lossWords } from '../loss-words.ts';
import { printable, type TextOptions } from '../text/printable.ts';

export interface UserHistory {
  readonly user: string;
  readonly home: string | null;
  /** Oldest first. */
  readonly events: readonly HistoryEvent[];
}

export interface HistoryTextOptions extends TextOptions {
  /** The width of the reader's lines; null keeps each event on one line, however long. */
  readonly columns: number | null;
}

/**
 * Renders the history of some users' sessions, oldest first: a line per event, with the snapshot that shows it as
 * `show` and `--at` take it. What an event is has a line of its own where it does not fit.
 */
export function renderHistoryText(histories: readonly UserHistory[], options: HistoryTextOptions): string {
  const clock = localClock(options.utcOffsetMinutes);
  const events = histories
    .flatMap(({ user, home, events: some }) => some.map((event) => ({ user, home, event })))
    .toSorted(
      (a, b) =>
        Date.parse(a.event.at) - Date.parse(b.event.at) ||
        compareNames(a.user, b.user) ||
        compareNames(a.event.session, b.event.session),
    );
  if (events.length === 0) return '';
  const shorten = shortIds(events.map(({ event }) => event.snapshot));
  const zone = clock.zoneOf(events.map(({ event }) => event.at));
  const heading = [`TIME (${zone})`, 'SNAPSHOT', 'USER', 'SESSION'].map((text) => cell(text, 'dim'));
  const rows = events.map(({ user, home, event }): Row => {
    const words = [printable(changeWords(event, home))];
    const time = cell(clock.dateTime(event.at), null);
    const id = cell(printable(shorten(event.snapshot)), null);
    const session = { ...cell(printable(event.session), styleOf(event)), atLeast: 12 };
    return { cells: [time, id, cell(printable(user), null), session], whole: words, brief: words };
  });
  return fitColumns(
    [{ cells: heading, whole: ['WHAT'], brief: ['WHAT'] }, ...rows],
    options.columns,
    painter(options.color),
  )
    .map((line) => `${line}\n`)
    .join('');
}

function cell(text: string, style: Style | null): FittingCell {
  return { text, style, cut: 'end', atLeast: widthOf(text) };
}

/** Ids to the second, as long as that means one of them. */
function shortIds(ids: readonly string[]): (id: string) => string {
  const bySecond = groupBy([...new Set(ids)], toTheSecond);
  return (id) => (bySecond.get(toTheSecond(id))?.length === 1 ? toTheSecond(id) : id);
}

function toTheSecond(id: string): string {
  return /^\d{8}T\d{6}(?=\.)/.exec(id)?.[0] ?? id;
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
      if (change.to === 'forgotten') return `forgotten, was ${causeWords[change.from]}`;
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
