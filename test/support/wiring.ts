import { readlinkSync } from 'node:fs';
import { paneShellOf } from '../../src/process/pane-shell.ts';
import { cellsOfLayout } from '../../src/tmux/layout.ts';
import { decodeField, encodedField } from '../../src/tmux/tmux-text.ts';
import type { FakeClaudeStart } from './fake-claude/log-start.ts';
import type { Sandbox } from './persist-sandbox.ts';

/** What is wired in a running tmux server, as one document: a fact for each place, such as `work 2.0 directory`. */
export type Wiring = ReadonlyMap<string, Fact>;

export interface Fact {
  readonly kind: FactKind;
  readonly value: string;
}

export type FactKind =
  // Of a session.
  | 'start directory'
  | 'group'
  | 'current window'
  | 'current window of a member'
  | 'last window'
  | 'session options'
  | 'session environment'
  // Of a window.
  | 'window name'
  | 'layout'
  | 'zoom'
  | 'linked window'
  | 'window options'
  // Of a pane.
  | 'directory'
  | 'shell'
  | 'title'
  | 'active pane'
  | 'conversation';

export interface Difference {
  readonly place: string;
  readonly kind: FactKind;
  /** null where there was nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Reads all of it; `agents` are the starts of agents that run now. */
export function wiringOf(box: Sandbox, agents: readonly FakeClaudeStart[] = []): Wiring {
  const sessions = rows(box, 'list-sessions', sessionFields);
  const windows = rows(box, 'list-windows', windowFields);
  const panes = rows(box, 'list-panes', paneFields);
  const told = shownBy(box, [
    ...sessions.flatMap(({ session_id: id }) => [optionsIn(id), environmentIn(id)]),
    ...windows.map(({ window_id: id }) => optionsOf(id)),
  ]);
  return new Map([
    ...sessions.flatMap((session) => factsOfSession(session, sessions, windows, told)),
    ...windows.flatMap((window) => factsOfWindow(window, windows, told)),
    ...panes.filter((pane) => !isLinkedHere(pane, windows)).flatMap((pane) => factsOfPane(pane, agents)),
  ]);
}

/** What one document says otherwise than the other, in the order of places. */
export function differences(before: Wiring, after: Wiring): readonly Difference[] {
  const places = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return places.flatMap((place) => {
    const [was, is] = [before.get(place), after.get(place)];
    const kind = (was ?? is)?.kind;
    if (kind === undefined || was?.value === is?.value) return [];
    return [{ place, kind, before: was?.value ?? null, after: is?.value ?? null }];
  });
}

const sessionFields = ['session_name', 'session_id', 'session_path', 'session_group'] as const;
const windowFields = [
  ...(['session_name', 'session_id', 'window_index', 'window_id', 'session_group', 'window_name'] as const),
  ...(['automatic-rename', 'window_layout', 'window_zoomed_flag', 'window_active', 'window_last_flag'] as const),
];
const paneFields = [
  ...([
    'session_name',
    'window_id',
    'window_index',
    'pane_index',
    'pane_id',
    'pane_pid',
    'pane_title',
    'pane_active',
  ] as const),
];

type Row<Field extends string> = Readonly<Record<Field, string>>;
type SessionRow = Row<(typeof sessionFields)[number]>;
type WindowRow = Row<(typeof windowFields)[number]>;
type PaneRow = Row<(typeof paneFields)[number]>;

function rows<const Field extends string>(
  box: Sandbox,
  command: string,
  fields: readonly Field[],
): readonly Row<Field>[] {
  const all = command === 'list-sessions' ? [] : ['-a'];
  const printed = box.tmux(command, ...all, '-F', fields.map((field) => encodedField(field)).join('\t'));
  return printed
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const values = line.split('\t').map(decodeField);
      const row: Partial<Record<Field, string>> = {};
      for (const [at, field] of fields.entries()) row[field] = values[at] ?? '';
      return whole(row, fields);
    });
}

function whole<Field extends string>(row: Partial<Record<Field, string>>, fields: readonly Field[]): Row<Field> {
  if (!isWhole(row, fields)) throw new Error('a field is missing');
  return row;
}

function isWhole<Field extends string>(
  row: Partial<Record<Field, string>>,
  fields: readonly Field[],
): row is Record<Field, string> {
  return fields.every((field) => row[field] !== undefined);
}

type Command = readonly [string, ...(readonly string[])];

const optionsIn = (session: string): Command => ['show-options', '-t', `${session}:`];
const environmentIn = (session: string): Command => ['show-environment', '-t', `${session}:`];
const optionsOf = (window: string): Command => ['show-options', '-w', '-t', window];

/** What each command prints, sorted by lines, in one call: there are many of them. */
function shownBy(box: Sandbox, commands: readonly Command[]): (command: Command) => string {
  const end = '= end of this one =';
  const words = commands.flatMap((command) => [...command, ';', 'display-message', '-p', end, ';']);
  const parts = box.tmux(...words.slice(0, -1)).split(`${end}\n`);
  const lines = new Map(commands.map((command, at) => [command.join(' '), linesIn(parts[at] ?? '')]));
  return (command) => (lines.get(command.join(' ')) ?? []).join('\n');
}

/** A client that has not a variable of `update-environment` marks it as removed, whoever it is; `-n` sets what the name tells. */
function linesIn(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('-') && line !== 'automatic-rename off')
    .toSorted();
}

type Entry = readonly [string, Fact];

function fact(place: string, kind: FactKind, value: string): Entry {
  return [`${place} ${kind}`, { kind, value }];
}

function factsOfSession(
  { session_name: name, session_id: id, session_path: path, session_group: group }: SessionRow,
  sessions: readonly SessionRow[],
  windows: readonly WindowRow[],
  told: (command: Command) => string,
): readonly Entry[] {
  const members = sessions.filter((one) => (group === '' ? one.session_name === name : one.session_group === group));
  const [oldest] = members.toSorted((a, b) => ageOf(a) - ageOf(b));
  const shown = oldest?.session_name === name ? 'current window' : 'current window of a member';
  const own = windows.filter((one) => one.session_name === name);
  return [
    fact(name, 'start directory', path),
    fact(name, 'group', members.map(nameOf).toSorted().join(', ')),
    fact(name, shown, own.find((one) => one.window_active === '1')?.window_index ?? ''),
    fact(name, 'last window', own.find((one) => one.window_last_flag === '1')?.window_index ?? ''),
    fact(name, 'session options', told(optionsIn(id))),
    fact(name, 'session environment', told(environmentIn(id))),
  ];
}

function factsOfWindow(
  window: WindowRow,
  windows: readonly WindowRow[],
  told: (command: Command) => string,
): readonly Entry[] {
  const { session_name: session, window_index: index, window_id: id } = window;
  const place = `${session} ${index}`;
  const isAutomatic = window['automatic-rename'] === '1';
  const links = linksOf(window, windows).map((one) => `${one.session_name} ${one.window_index}`);
  if (isLinkedHere(window, windows)) return [fact(place, 'linked window', links.toSorted().join(', '))];
  return [
    fact(place, 'window name', isAutomatic ? '(automatic)' : window.window_name),
    fact(place, 'layout', cellsOfLayout(window.window_layout)?.join(' ') ?? window.window_layout),
    fact(place, 'zoom', window.window_zoomed_flag),
    fact(place, 'linked window', links.toSorted().join(', ')),
    fact(place, 'window options', told(optionsOf(id))),
  ];
}

function factsOfPane(pane: PaneRow, agents: readonly FakeClaudeStart[]): readonly Entry[] {
  const { session_name: session, window_index: window, pane_index: index, pane_id: id, pane_pid: pid } = pane;
  const place = `${session} ${window}.${index}`;
  const shell = paneShellOf(Number(pid), process.getuid?.() ?? 0);
  const agent = agents.find(({ env }) => env['TMUX_PANE'] === id);
  return [
    fact(place, 'directory', readlinkSync(`/proc/${pid}/cwd`)),
    fact(place, 'shell', shell === null ? 'none' : `${shell.program}${shell.login ? ' (login)' : ''}`),
    fact(place, 'title', pane.pane_title),
    fact(place, 'active pane', pane.pane_active),
    fact(place, 'conversation', agent === undefined ? 'none' : conversationIn(agent)),
  ];
}

/** The same window in other sessions, but for those that share all of their windows. */
function linksOf(window: WindowRow, windows: readonly WindowRow[]): readonly WindowRow[] {
  const { session_name: name, session_group: group } = window;
  return windows.filter(
    (one) =>
      one.window_id === window.window_id && one.session_name !== name && (group === '' || one.session_group !== group),
  );
}

/** A window is told once, where the oldest session has it; elsewhere only that it is linked. */
function isLinkedHere(
  { session_name: name, window_id: id }: Pick<WindowRow, 'session_name' | 'window_id'>,
  windows: readonly WindowRow[],
): boolean {
  const here = windows.find((one) => one.window_id === id && one.session_name === name);
  if (here === undefined) return false;
  return linksOf(here, windows).some((one) => groupAgeOf(one, windows) < groupAgeOf(here, windows));
}

/** The age of the oldest session of the group: all of them share their windows, whoever of them came when. */
function groupAgeOf({ session_group: group, session_id }: WindowRow, windows: readonly WindowRow[]): number {
  const members = windows.filter((one) => group !== '' && one.session_group === group);
  return Math.min(...[{ session_id }, ...members].map(ageOf));
}

/** The lower, the older. */
function ageOf({ session_id: id }: { readonly session_id: string }): number {
  return Number(id.slice(1));
}

/** The id and the other arguments: how an agent was told of its conversation does not count. */
function conversationIn({ args }: FakeClaudeStart): string {
  const at = args.findIndex((word) => word === '--resume' || word === '--session-id');
  const others = args.filter((_, where) => at < 0 || (where !== at && where !== at + 1));
  return [at < 0 ? 'none yet' : (args[at + 1] ?? ''), ...others].join(' ');
}

function nameOf({ session_name: name }: SessionRow): string {
  return name;
}
