import { maxColumns } from '../text/fit-columns.ts';
import { causes } from '../../core/manifest.ts';
import { ownCommand, restoringCommand, userWord } from '../../core/own-command.ts';
import { unmanagedWords } from '../../core/servers.ts';
import { saveOverdueMs, type Status, type UserStatus } from '../../core/report/status.ts';
import { counted } from '../../core/text.ts';
import { ageText, localClock } from '../text/clock.ts';
import { alignColumns, type Cell, painter, plain } from '../text/columns.ts';
import { widthOf } from '../text/width-of.ts';
import { hostLines } from './host-units.ts';
import { formatVersion } from '../text/json-text.ts';
import { killerDocument } from '../killer-words.ts';
import { lossWords } from '../loss-words.ts';
import { printable, type VerboseTextOptions } from '../text/printable.ts';
import { heldLines, watchStatusLines } from '../watch/watch-status.ts';

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

const briefHeadings = ['USER', 'STATE', 'LIVE', 'TO RESTORE', 'LAST SAVE'];

/**
 * Renders the state of every user: one table within 80 columns, of all columns when it is verbose, then a line for each
 * user who needs attention.
 */
export function renderStatusText(status: Status, { color, utcOffsetMinutes, verbose }: VerboseTextOptions): string {
  const { users, watch, createdAt } = status;
  const paint = painter(color);
  const clock = localClock(utcOffsetMinutes);
  const times = { clock, now: createdAt };
  const watchLines = watchStatusLines(watch, users, times).map((words, at) =>
    at === 0 ? `${paint('watch', 'bold')}: ${words}` : `       ${words}`,
  );
  const rowOf = verbose ? userRow : briefRow;
  const table = alignColumns(
    [
      (verbose ? headings : briefHeadings).map((text): Cell => ({ text, style: 'dim' })),
      ...users.map((user) => rowOf(user, createdAt, clock.dateTime)),
    ],
    paint,
  );
  const notes = users.flatMap((user) => {
    const about = statusNotes(user, status, (time) => clock.brief(time, createdAt));
    const name = printable(user.user);
    const held = user.healing.kind === 'known' && watch.kind === 'running' ? user.healing.held : [];
    const columns = maxColumns - widthOf(`${name}: `);
    return [
      ...(about.length === 0 ? [] : [printable(about.join('; '))]),
      ...heldLines(held, { ...times, columns }),
    ].map((words) => `${paint(name, 'bold')}: ${words}`);
  });
  const below = [...notes, ...hostLines(status, clock.dateTime, paint), ...watchLines];
  const lines = below.length === 0 ? table : [...table, '', ...below];
  return lines.map((line) => `${line}\n`).join('');
}

function briefRow(user: UserStatus, now: string, dateTime: (time: string) => string): readonly Cell[] {
  const { live, pending, conflict } = user.sessions;
  const isKnown = user.observation === null || user.observation.kind !== 'unknown';
  const toRestore = conflict === 0 ? String(pending) : `${pending}, ${conflict} in conflict`;
  return [
    { text: printable(user.user), style: 'bold' },
    tmuxCell(user),
    plain(isKnown ? String(live) : '?'),
    { text: isKnown ? toRestore : '?', style: pending > 0 ? 'green' : conflict > 0 ? 'yellow' : null },
    plain(user.lastGood === null ? 'never' : `${dateTime(user.lastGood.time)}, ${ageText(user.lastGood.time, now)}`),
  ];
}

function userRow(user: UserStatus, now: string, dateTime: (time: string) => string): readonly Cell[] {
  const { live, pending, conflict, held } = user.sessions;
  return [
    { text: printable(user.user), style: 'bold' },
    tmuxCell(user),
    plain(user.observation?.kind === 'unknown' ? '?' : String(live)),
    agentsCell(user),
    { text: user.observation?.kind === 'unknown' ? '?' : String(pending), style: pending > 0 ? 'green' : null },
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

/** `5`, or `5 (1?)` when the conversation of one of them is not known. */
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

/** The problems of one user that need an administrator's attention. */
function statusNotes(
  user: UserStatus,
  status: Pick<Status, 'createdAt' | 'givenOptions' | 'recordsKeeper' | 'watch'>,
  briefTime: (time: string) => string,
): readonly string[] {
  if (!user.inRoster) return ['not in the roster: kept, never acted on'];
  if (!user.hasAccount) return ['no account on this host: nothing is saved or restored'];
  if (user.parked) return ['parked: nothing is restored'];
  const { createdAt: now, givenOptions: given, watch } = status;
  const { pending, conflict } = user.sessions;
  const whom = userWord(user.user);
  return [
    ...(user.observation?.kind === 'unknown'
      ? [`tmux is unknown: ${user.observation.reason ?? 'no reason given'}`]
      : []),
    ...lastSaveNotes(user, now),
    ...killNotes(user, briefTime),
    ...(user.healing.kind === 'unknown' && watch.kind === 'running'
      ? [`what the watch holds back is unknown: ${user.healing.reason}`]
      : []),
    ...user.furtherServers.map(({ socket, sessions }) => `${counted(sessions, 'session')} on ${socket}`),
    ...user.unmanagedServers.map(unmanagedWords),
    ...(pending > 0 ? [`${counted(pending, 'session')} to create: ${restoringCommand(status, user.user)}`] : []),
    ...unidentifiedNotes(user, ownCommand(given, 'plan', '--verbose', whom)),
    ...(conflict > 0 ? [`${counted(conflict, 'session')} in conflict: ${ownCommand(given, 'plan', whom)}`] : []),
  ];
}

function killNotes({ recentKills }: UserStatus, briefTime: (time: string) => string): readonly string[] {
  if (recentKills === null) return [];
  const { count, last } = recentKills;
  const what = `${counted(count, 'session')} lost${count === 1 ? '' : ', the last'}`;
  return [`${what}: ${lossWords(last, { time: briefTime(last.goneAt) })}`];
}

function unidentifiedNotes({ agents }: UserStatus, command: string): readonly string[] {
  const unidentified = agents?.unidentified ?? 0;
  if (unidentified === 0) return [];
  return [`${counted(unidentified, 'agent')} of unknown conversation: ${command}`];
}

function lastSaveNotes({ observation, lastGood, lastResult }: UserStatus, now: string): readonly string[] {
  const failed = lastResult !== null && lastResult.result !== 'saved' && lastResult.result !== 'unchanged';
  const reason = lastResult?.reason ?? lastResult?.result;
  const words =
    reason === observation?.reason
      ? 'the last save did not succeed, either'
      : `the last save did not succeed: ${reason}`;
  const why = failed ? [words] : [];
  if (lastGood === null) return [...why, 'no good save yet'];
  const isStale = Date.parse(now) - Date.parse(lastGood.time) > saveOverdueMs;
  return isStale ? [...why, `the last good save was ${ageText(lastGood.time, now)}`] : why;
}

/** The JSON document of the state of every user. */
export function statusDocument(status: Status) {
  const { host, createdAt, users, units, diagnostics } = status;
  return {
    formatVersion,
    kind: 'status' as const,
    host,
    createdAt,
    users: users.map((user) => ({
      user: user.user,
      inRoster: user.inRoster,
      hasAccount: user.hasAccount,
      parked: user.parked,
      observation: user.observation?.kind ?? null,
      reason: user.observation?.reason ?? null,
      sessions: user.sessions,
      furtherServers: user.furtherServers,
      unmanagedServers: user.unmanagedServers,
      agents: user.agents,
      gone: user.gone,
      lastGood:
        user.lastGood === null ? null : { ...user.lastGood, ageSeconds: ageSeconds(user.lastGood.time, createdAt) },
      lastResult: user.lastResult,
      recentKills: recentKillsDocument(user),
      healing: healingDocument(user),
      notes: statusNotes(user, status, (time) => time),
    })),
    watch: status.watch,
    units,
    diagnostics,
    complete:
      users.every((user) => user.observation?.kind !== 'unknown') &&
      !diagnostics.some(({ code }) => code === 'units-unknown'),
  };
}

function recentKillsDocument({ recentKills }: UserStatus) {
  if (recentKills === null) return null;
  const { count, last } = recentKills;
  return { count, last: { ...last, killer: killerDocument(last.killer) } };
}

/** `held` is null when it is not known. */
function healingDocument({ healing }: UserStatus) {
  if (healing.kind === 'unknown') return { reason: healing.reason, lastHealAt: null, held: null };
  const held = healing.held.map(({ name: session, socket, why, until }) => ({ session, socket, why, until }));
  return { reason: null, lastHealAt: healing.lastHealAt, held };
}

function ageSeconds(time: string, now: string): number {
  return Math.floor((Date.parse(now) - Date.parse(time)) / 1000);
}
