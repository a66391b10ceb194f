import { directoryOf, qualifiedName } from '../../core/manifest.ts';
import type { LiveLook, LostLook, PickerLook, RowsLook, SelectionLook } from '../../core/offer/picker.ts';
import type { SelectionRow } from '../../core/offer/selection-rows.ts';
import type { TimelinePoint } from '../../core/offer/timeline.ts';
import { writtenName } from '../../core/written-name.ts';
import { formatVersion } from '../text/json-text.ts';
import { lossWords } from '../loss-words.ts';
import { printable } from '../text/printable.ts';

/** The JSON document of all that a web terminal shows of one user. */
export function pickerDocument(look: PickerLook) {
  const { user, isAdmin, unknown, isWatched, now, live, lost, timeline, selection } = look;
  return {
    formatVersion,
    kind: 'picker' as const,
    user,
    isAdmin,
    observed: unknown === null,
    reason: unknown,
    watch: isWatched ? ('running' as const) : ('none' as const),
    now,
    live: live.map(liveFields),
    lost: lost.map(lostFields),
    snapshots: timeline.map((point, at) => ({ ...point, isNewest: at === 0 })),
    selection: selection === null ? null : { id: selection.id, rows: selection.rows },
  };
}

/** The JSON document of one snapshot against what runs now. */
export function selectionDocument({ user }: RowsLook, { id, takenAt, rows }: SelectionLook) {
  return { formatVersion, kind: 'selection' as const, user, id, takenAt, rows };
}

/** The same as a web terminal reads it in one go: what runs, the snapshots, and the rows of the newest. */
export function pickerRows({ unknown, live, timeline, selection }: PickerLook): string {
  const lines = [
    `#live\t${unknown === null ? live.length : '-'}`,
    '#snapshots',
    ...timeline.map(timelineRow),
    `#rows\t${selection?.id ?? '-'}`,
  ];
  return `${lines.map((line) => `${line}\n`).join('')}${selection === null ? '' : selectionRowsText(selection.rows)}`;
}

/** A row for each snapshot, newest first: id, live sessions, `newest` or `-`. */
export function timelineRows(timeline: readonly TimelinePoint[]): string {
  return timeline.map((point, at) => `${timelineRow(point, at)}\n`).join('');
}

/**
 * A row for each session: name, directory, conversation, state, action, target, `on` or `off`, and `killed@EPOCH` for
 * one that a person closed since.
 */
export function selectionRowsText(rows: readonly SelectionRow[]): string {
  return rows.map((row) => `${selectionCells(row).join('\t')}\n`).join('');
}

function timelineRow({ id, live }: TimelinePoint, at: number): string {
  return [id, String(live), at === 0 ? 'newest' : '-'].join('\t');
}

/** No text of a user can end a cell or a row. */
function selectionCells(row: SelectionRow): readonly string[] {
  const { name, directory, conversation, state, action, target, isTicked, closedAt } = row;
  const note = closedAt === null ? '' : `killed@${Math.floor(Date.parse(closedAt) / 1000)}`;
  const texts = [writtenName(name), printable(directory), printable(conversation ?? '')];
  const cells = [...texts, state, action, writtenName(target ?? ''), isTicked ? 'on' : 'off', note];
  return cells.map((text) => (text === '' ? '-' : text));
}

function liveFields({ entry, content: { agent, conversation } }: LiveLook) {
  const directory = directoryOf(entry);
  const windows = entry.windows.length + entry.links.length;
  return { name: qualifiedName(entry), directory, agent, conversation, since: entry.createdAt, windows };
}

function lostFields({ entry, comesBack, content: { agent, conversation } }: LostLook) {
  const { cause, goneAt } = entry;
  const words = printable(lossWords(entry, { time: '' }));
  return {
    name: qualifiedName(entry),
    directory: directoryOf(entry),
    agent,
    conversation,
    cause,
    goneAt,
    words,
    comesBack,
  };
}
