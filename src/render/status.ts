import { causes } from '../core/cause.ts';
import type { Status, UserStatus } from '../core/status.ts';
import type { HostUnits } from '../core/unit-health.ts';
import { ageText } from './age-text.ts';
import { localClock } from './clock.ts';
import { alignColumns, type Cell, plain } from './columns.ts';
import { counted } from './counted.ts';
import { type Paint, painter } from './paint.ts';
import { printable } from './printable.ts';
import { statusNotes } from './status-notes.ts';
import type { TextOptions } from './text-options.ts';

const headings = [
  'USER',
  'TMUX',
  'LIVE',
  'AGENTS',
  'PENDING',
  'CONFLICT',
  'HELD',
  'GONE',
  'LAST GOOD SAVE',
  'SNAPSHOT',
];

/** Renders how every user stands: one table, then a line for each user that wants attention. */
export function renderStatusText(status: Status, { color, utcOffsetMinutes }: TextOptions): string {
  const { users, units, createdAt } = status;
  const paint = painter(color);
  const clock = localClock(utcOffsetMinutes);
  const table = alignColumns(
    [
      headings.map((text): Cell => ({ text, style: 'dim' })),
      ...users.map((user) => userRow(user, createdAt, clock.dateTime)),
    ],
    paint,
  );
  const notes = users.flatMap((user) => {
    const about = statusNotes(user, status);
    return about.length === 0 ? [] : [`${paint(printable(user.user), 'bold')}: ${printable(about.join('; '))}`];
  });
  const below = [...notes, ...hostLines(units, clock.dateTime, paint)];
  const lines = below.length === 0 ? table : [...table, '', ...below];
  return lines.map((line) => `${line}\n`).join('');
}

/** When the next save is due, and how the units stand. */
function hostLines(units: Status['units'], dateTime: (time: string) => string, paint: Paint): readonly string[] {
  if (units === null) return [];
  const host = paint('host', 'bold');
  const problems = units.units.flatMap(({ unit, problem, mend }) => {
    if (problem === null) return [];
    return [`${host}: ${printable(`${unit} ${problem}${mend === null ? '' : `: ${mend}`}`)}`];
  });
  const inOrder = problems.length === 0 ? `, ${counted(units.units.length, 'unit')} in order` : '';
  return [`${host}: ${nextSaveWords(units, dateTime)}${inOrder}`, ...problems];
}

function nextSaveWords({ nextSaveAt, isSaving }: HostUnits, dateTime: (time: string) => string): string {
  if (isSaving) return 'a save is running';
  return nextSaveAt === null ? 'no save is due' : `next save ${dateTime(nextSaveAt)}`;
}

function userRow(user: UserStatus, now: string, dateTime: (time: string) => string): readonly Cell[] {
  const { live, pending, conflict, held } = user.sessions;
  return [
    { text: printable(user.user), style: 'bold' },
    tmuxCell(user),
    plain(String(live)),
    agentsCell(user),
    { text: String(pending), style: pending > 0 ? 'green' : null },
    { text: String(conflict), style: conflict > 0 ? 'yellow' : null },
    plain(String(held)),
    plain(goneWords(user)),
    plain(user.lastGood === null ? '-' : `${dateTime(user.lastGood.time)}, ${ageText(user.lastGood.time, now)}`),
    plain(printable(user.lastGood?.snapshot ?? '-')),
  ];
}

function tmuxCell({ observation }: UserStatus): Cell {
  switch (observation?.kind) {
    case 'observed':
      return plain('running');
    case 'absent':
      return plain('no server');
    case 'unknown':
      return { text: 'unknown', style: 'red' };
    case undefined:
      return plain('-');
  }
}

/** `5`, or `5 (1?)` where it cannot be told which conversation one of them holds. */
function agentsCell({ agents }: UserStatus): Cell {
  if (agents === null) return plain('-');
  const { running, unidentified } = agents;
  return unidentified === 0 ? plain(String(running)) : { text: `${running} (${unidentified}?)`, style: 'yellow' };
}

function goneWords({ gone }: UserStatus): string {
  const parts = causes.flatMap((cause) => {
    const count = gone[cause] ?? 0;
    return count === 0 ? [] : [`${count} ${cause}`];
  });
  return parts.length === 0 ? '-' : parts.join(', ');
}
