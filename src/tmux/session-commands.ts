import { doneCommand, type Chain } from './command-file.ts';
import { sizeOfLayout } from './layout.ts';
import type { ListedWindow } from './listing.ts';
import type { PaneRequest, SessionRequest, WindowRequest } from './session-request.ts';
import { commandFileLine, decodeField, encodedField, literalFormat, unescapeName } from './tmux-text.ts';

/** What tmux told of a session that it has just created. */
export interface CreatedSession {
  readonly tmuxId: string;
  readonly name: string;
  readonly windowId: string;
}

const toldFormats = ['#{session_id}', '#{window_id}', encodedField('session_name')] as const;

/**
 * Creates a session and, where its name is beyond doubt as a target, all that is in it: whoever is killed between two calls
 * leaves no session without its windows. The first command tells of the session; the first that fails ends it.
 */
export function creatingCommands(request: SessionRequest, row: string): readonly (readonly string[])[] {
  const creating = newSessionWords(request, row);
  const session = exactTarget(request.name);
  if (session === null) return [creating];
  const windows = request.windows.flatMap((window, at) => {
    const place = `${session}:${window.index}`;
    const making = at === 0 ? moveUnlessThere(session, window.index) : newWindowWords(window, place);
    return [making, ...paneCommands(window, place)];
  });
  return [creating, ...windows, ...selectingCommands(request, session)];
}

/** Creates a session that shares the windows of another one. */
export function joiningSessionWords(request: SessionRequest, ownerId: string, row: string): readonly string[] {
  return [...newSessionOptions(request.name, request.path, row), '-t', ownerId];
}

/**
 * What a created session lacks of what was asked for, a chain for each window: when the window fails, nothing is done in its
 * place. Targets are ids and exact indices only; tmux would match a name by its beginning.
 */
export function missingChains(
  request: SessionRequest,
  created: CreatedSession,
  listed: readonly ListedWindow[],
): readonly Chain[] {
  const windows = request.windows.flatMap((window, at) => {
    const place = `${created.tmuxId}:${window.index}`;
    const panes = listed.find(({ index }) => index === window.index)?.panes.length ?? 0;
    // A window that has some of its panes was made with an error; made again it would have too many.
    if (panes > 1 || (panes === 1 && window.panes.length <= 1)) return [];
    const moving = ['move-window', '-s', created.windowId, '-t', place];
    const making = at === 0 ? moving : newWindowWords(window, place);
    return [[...(panes === 0 ? [making] : []), ...paneCommands(window, place)]];
  });
  if (windows.length === 0) return [];
  return [...windows, selectingCommands(request, created.tmuxId)].flatMap((commands) =>
    commands.length === 0 ? [] : [(row: string) => [...commands, doneCommand(row)]],
  );
}

/** Reads what creating a session told; null when it is not that. */
export function parseCreated(told: string): CreatedSession | null {
  const [, tmuxId, windowId, name] = /^(\$\d+)\t(@\d+)\t(.*)$/.exec(told) ?? [];
  if (tmuxId === undefined || windowId === undefined || name === undefined) return null;
  return { tmuxId, windowId, name: decodeField(name) };
}

/**
 * The target that means the session of this name and no other, in every version from 3.1c to 3.8; null where there is none:
 * `:` and `.` part a target, `$` begins an id, and what is escaped is written differently by some (3.4 to 3.5a).
 */
function exactTarget(name: string): string | null {
  return /^[\p{L}\p{N}_-][\p{L}\p{N} _-]*$/u.test(name) ? `=${name}` : null;
}

/** With its first window and pane, or with its directory alone. */
function newSessionWords(request: SessionRequest, row: string): readonly string[] {
  const window = request.windows[0];
  const pane = window?.panes[0];
  const size = sizeOfLayout(window?.layout ?? '');
  return [
    ...newSessionOptions(request.name, pane?.cwd ?? request.path, row),
    ...(size === null ? [] : ['-x', String(size.columns), '-y', String(size.rows)]),
    ...(window === undefined ? [] : windowNameWords(window)),
    ...commandWords(pane),
  ];
}

function newSessionOptions(name: string, directory: string, row: string): readonly string[] {
  const told = [row, ...toldFormats].join('\t');
  return [
    'new-session',
    '-d',
    '-P',
    '-F',
    told,
    '-s',
    literalFormat(unescapeName(name) ?? name),
    '-c',
    literalFormat(directory),
  ];
}

/** The first window is where the user's `base-index` has it; a window that is moved to its own place is an error (3.3a). */
function moveUnlessThere(session: string, index: number): readonly string[] {
  const moving = commandFileLine(['move-window', '-s', `${session}:`, '-t', `${session}:${index}`]);
  return ['if-shell', '-F', '-t', `${session}:`, `#{!=:#{window_index},${index}}`, moving];
}

function newWindowWords(window: WindowRequest, place: string): readonly string[] {
  const [pane] = window.panes;
  const directory = pane === undefined ? [] : ['-c', literalFormat(pane.cwd)];
  return ['new-window', '-d', '-t', place, ...directory, ...windowNameWords(window), ...commandWords(pane)];
}

/** Each split halves the pane before it, so the panes are spread again after each: else the tenth finds no space. */
function paneCommands(window: WindowRequest, place: string): readonly (readonly string[])[] {
  const splits = window.panes.slice(1).flatMap((pane) => [
    ['split-window', '-t', place, '-c', literalFormat(pane.cwd), ...commandWords(pane)],
    ['select-layout', '-t', place, 'tiled'],
  ]);
  if (splits.length === 0) return [];
  const layout = window.layout !== null && sizeOfLayout(window.layout) !== null ? window.layout : null;
  const active = window.panes.findIndex((pane) => pane.active);
  const stepsBack = active < 0 ? 0 : window.panes.length - 1 - active;
  return [
    ...splits,
    // The last one is active now. Counted from there, because the index of the first varies by user.
    ...(stepsBack === 0 ? [] : [['select-pane', '-t', `${place}.-${stepsBack}`]]),
    ...(layout === null ? [] : [['select-layout', '-t', place, layout]]),
  ];
}

/** New windows are made in the background, so the first is the active one. */
function selectingCommands({ windows }: SessionRequest, session: string): readonly (readonly string[])[] {
  const active = windows.findIndex((window) => window.active);
  const index = windows[active]?.index;
  return active <= 0 || index === undefined ? [] : [['select-window', '-t', `${session}:${index}`]];
}

/** Unlike `-s` and `rename-window`, `-n` keeps the name as it is given (3.3a), so it is given as it was shown. */
function windowNameWords(window: WindowRequest): readonly string[] {
  return window.automaticName ? [] : ['-n', literalFormat(window.name)];
}

function commandWords(pane: PaneRequest | undefined): readonly string[] {
  const command = pane?.command ?? null;
  return command === null ? [] : ['--', ...command];
}
