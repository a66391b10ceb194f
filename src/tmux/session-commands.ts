import { doneCommand, type Chain } from './command-file.ts';
import { sizeOfLayout } from './layout.ts';
import type { PaneRequest, SessionRequest, WindowRequest } from './session-request.ts';
import { decodeField, encodedField, literalFormat, unescapeName } from './tmux-text.ts';

/** What tmux told of a session that it has just created. */
export interface CreatedSession {
  readonly tmuxId: string;
  readonly name: string;
  readonly windowId: string;
  readonly windowIndex: number;
  /** The index of the first pane of a window, which varies by user. */
  readonly paneBase: number;
}

const toldFormats = [
  '#{session_id}',
  '#{window_id}',
  '#{window_index}',
  '#{pane_index}',
  encodedField('session_name'),
] as const;

/** Creates a session with its first window and pane, or with its directory alone. */
export function newSessionWords(request: SessionRequest, row: string): readonly string[] {
  const window = request.windows[0];
  const pane = window?.panes[0];
  const size = sizeOfLayout(window?.layout ?? '');
  return [
    ...creatingWords(request.name, pane?.cwd ?? request.path, row),
    ...(size === null ? [] : ['-x', String(size.columns), '-y', String(size.rows)]),
    ...(window === undefined ? [] : windowNameWords(window)),
    ...commandWords(pane),
  ];
}

/** Creates a session that shares the windows of another one. */
export function joiningSessionWords(request: SessionRequest, ownerId: string, row: string): readonly string[] {
  return [...creatingWords(request.name, request.path, row), '-t', ownerId];
}

/**
 * What is left to do for a created session, a chain for each window: when the window fails, nothing is done in its place.
 * Targets are ids and exact indices only; tmux would match a name by its beginning.
 */
export function remainingChains(request: SessionRequest, created: CreatedSession): readonly Chain[] {
  const active = request.windows.findIndex((window) => window.active);
  const chains = request.windows.map((window, at) => {
    const place = `${created.tmuxId}:${window.index}`;
    return [
      ...(at === 0 ? movingCommands(window, created, place) : [newWindowWords(window, place)]),
      ...paneCommands(window, place, created.paneBase),
      ...(at === active && request.windows.length > 1 ? [['select-window', '-t', place]] : []),
    ];
  });
  return chains.flatMap((commands) =>
    commands.length === 0 ? [] : [(row: string) => [...commands, doneCommand(row)]],
  );
}

/** Reads what creating a session told; null when it is not that. */
export function parseCreated(told: string): CreatedSession | null {
  const match = /^(\$\d+)\t(@\d+)\t(\d+)\t(\d+)\t(.*)$/.exec(told);
  const [, tmuxId, windowId, windowIndex, paneBase, name] = match ?? [];
  if (tmuxId === undefined || windowId === undefined || name === undefined) return null;
  return {
    tmuxId,
    windowId,
    windowIndex: Number(windowIndex),
    paneBase: Number(paneBase),
    name: decodeField(name),
  };
}

function creatingWords(name: string, directory: string, row: string): readonly string[] {
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

function movingCommands(window: WindowRequest, created: CreatedSession, place: string): readonly (readonly string[])[] {
  return window.index === created.windowIndex ? [] : [['move-window', '-s', created.windowId, '-t', place]];
}

function newWindowWords(window: WindowRequest, place: string): readonly string[] {
  const [pane] = window.panes;
  const directory = pane === undefined ? [] : ['-c', literalFormat(pane.cwd)];
  return ['new-window', '-d', '-t', place, ...directory, ...windowNameWords(window), ...commandWords(pane)];
}

/** Each split halves the pane before it, so the panes are spread again after each: else the tenth finds no space. */
function paneCommands(window: WindowRequest, place: string, paneBase: number): readonly (readonly string[])[] {
  const splits = window.panes.slice(1).flatMap((pane) => [
    ['split-window', '-t', place, '-c', literalFormat(pane.cwd), ...commandWords(pane)],
    ['select-layout', '-t', place, 'tiled'],
  ]);
  if (splits.length === 0) return [];
  const layout = window.layout !== null && sizeOfLayout(window.layout) !== null ? window.layout : null;
  const active = window.panes.findIndex((pane) => pane.active);
  return [
    ...splits,
    ...(active < 0 ? [] : [['select-pane', '-t', `${place}.${paneBase + active}`]]),
    ...(layout === null ? [] : [['select-layout', '-t', place, layout]]),
  ];
}

/** Unlike `-s` and `rename-window`, `-n` keeps the name as it is given (3.3a), so it is given as it was shown. */
function windowNameWords(window: WindowRequest): readonly string[] {
  return window.automaticName ? [] : ['-n', literalFormat(window.name)];
}

function commandWords(pane: PaneRequest | undefined): readonly string[] {
  const command = pane?.command ?? null;
  return command === null ? [] : ['--', ...command];
}
