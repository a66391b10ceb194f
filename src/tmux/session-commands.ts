import { type Chain, doneCommand, type PartedChain } from './command-file.ts';
import { sizeOfLayout } from './layout.ts';
import { commandFileLine, decodeField, encodedField, isTargetName, literalFormat, unescapeName } from './tmux-text.ts';

/** A session to be created, as its record has it. */
export interface SessionRequest {
  /** As tmux showed it: vis(3)-escaped. */
  readonly name: string;
  /** Where the session starts when it has no windows of its own; checked by the caller, tmux falls back silently. */
  readonly path: string;
  /** Name of the session whose windows it shares; it then needs no windows. */
  readonly sharesWindowsOf: string | null;
  /** Index of the window that it then shows; null where any will do. */
  readonly sharedWindow: number | null;
  readonly windows: readonly WindowRequest[];
}

export interface WindowRequest {
  readonly index: number;
  /** As tmux showed it. */
  readonly name: string;
  readonly automaticName: boolean;
  readonly active: boolean;
  readonly layout: string | null;
  readonly panes: readonly PaneRequest[];
}

export interface PaneRequest {
  readonly active: boolean;
  /** Checked by the caller. */
  readonly cwd: string;
  /** Two words or more, run without a shell; null is the user's login shell. */
  readonly command: readonly string[] | null;
}

/** What tmux told of a session that it has just created. */
export interface CreatedSession {
  readonly tmuxId: string;
  readonly name: string;
}

const toldFormats = ['#{session_id}', encodedField('session_name')] as const;

/**
 * Creates a session and all that is in it as one chain, so that it is there whole or not at all; only its first part where
 * its name could mean another session, because then it takes the id to go on.
 */
export function creatingChain(request: SessionRequest): PartedChain {
  const head = (row: string): readonly (readonly string[])[] => [newSessionWords(request, row), keepUnattached];
  return { head, parts: isTargetName(request.name) ? remainingChains(request, `=${request.name}`) : [] };
}

/**
 * With `destroy-unattached on` a session without a client ends when the server next looks round. This one stays until somebody
 * comes, and then has the option as its user set it for all sessions only if that is set again. The session just created is the
 * current one of the chain.
 */
const keepUnattached: readonly string[] = [
  'if-shell',
  '-F',
  '#{&&:#{destroy-unattached},#{!=:#{destroy-unattached},off}}',
  commandFileLine(['set-option', 'destroy-unattached', 'off']),
];

/** Creates a session with its first window and pane, or with its directory alone. */
function newSessionWords(request: SessionRequest, row: string): readonly string[] {
  const window = request.windows[0];
  const pane = window?.panes[0];
  const first = pane === undefined ? null : movedTo(pane, request.path);
  const size = sizeOfLayout(window?.layout ?? '');
  return [
    ...creatingWords(request.name, first?.from ?? request.path, row),
    ...(size === null ? [] : ['-x', String(size.columns), '-y', String(size.rows)]),
    ...(window === undefined ? [] : windowNameWords(window)),
    ...commandWords(first),
  ];
}

/** Creates a session that shares the windows of another one, and shows the window that it showed. */
export function joiningChain(request: SessionRequest, ownerId: string): PartedChain {
  const { name, path, sharedWindow } = request;
  const create = (row: string): readonly string[] => [...creatingWords(name, path, row), '-t', ownerId];
  // A name that is no target, or that a hook changes meanwhile, costs the window that is shown, and that is said.
  const show: Chain = (row) => [['select-window', '-t', `=${name}:${sharedWindow ?? ''}`], doneCommand(row)];
  return { head: (row) => [create(row), keepUnattached], parts: sharedWindow === null ? [] : [show] };
}

/**
 * What is left to do for a session that has its first pane, a chain for each window: when the window fails, nothing is done
 * in its place. `session` is an id or an exact name; tmux would match a bare name by its beginning.
 */
export function remainingChains(request: SessionRequest, session: string): readonly Chain[] {
  return request.windows.map((_, at) => windowChain(request, at, session));
}

/** What is left to do for one window of such a session, which has some of its panes already. */
export function windowChain(request: SessionRequest, at: number, session: string, found = 0): Chain {
  const window = request.windows[at];
  if (window === undefined) return (row) => [doneCommand(row)];
  const place = `${session}:${window.index}`;
  const making = at === 0 ? [movingCommand(window, session, place)] : [newWindowWords(window, place)];
  const isActive = window === request.windows.find(({ active }) => active);
  const commands = [
    ...(found === 0 ? making : []),
    ...paneCommands(window, place, Math.max(found, 1)),
    ...(isActive && request.windows.length > 1 ? [['select-window', '-t', place]] : []),
  ];
  return (row) => [...commands, doneCommand(row)];
}

/** Reads what creating a session told; null when it is not that. */
export function parseCreated(told: string): CreatedSession | null {
  const [, tmuxId, name] = /^(\$\d+)\t(.*)$/.exec(told) ?? [];
  return tmuxId === undefined || name === undefined ? null : { tmuxId, name: decodeField(name) };
}

function creatingWords(name: string, directory: string, row: string): readonly string[] {
  const told = [row, ...toldFormats].join('\t');
  return [
    'new-session',
    '-d',
    // Else what `update-environment` names is marked as removed, over what the user has set for all sessions: we have none of it.
    '-E',
    '-P',
    '-F',
    told,
    '-s',
    literalFormat(unescapeName(name) ?? name),
    '-c',
    literalFormat(directory),
  ];
}

/** `^` is the only window there is yet. Where it is depends on the user's `base-index`, and onto itself it cannot be moved. */
function movingCommand(window: WindowRequest, session: string, place: string): readonly string[] {
  const move = commandFileLine(['move-window', '-s', `${session}:^`, '-t', place]);
  return ['if-shell', '-F', '-t', `${session}:^`, `#{!=:#{window_index},${window.index}}`, move];
}

function newWindowWords(window: WindowRequest, place: string): readonly string[] {
  const [pane] = window.panes;
  const directory = pane === undefined ? [] : ['-c', literalFormat(pane.cwd)];
  return ['new-window', '-d', '-t', place, ...directory, ...windowNameWords(window), ...commandWords(pane)];
}

/** Each split halves the pane before it, so the panes are spread again after each: else the tenth finds no space. */
function paneCommands(window: WindowRequest, place: string, found: number): readonly (readonly string[])[] {
  if (window.panes.length < 2) return [];
  const splits = window.panes.slice(found).flatMap((pane) => [
    ['split-window', '-t', place, '-c', literalFormat(pane.cwd), ...commandWords(pane)],
    ['select-layout', '-t', place, 'tiled'],
  ]);
  const layout = window.layout !== null && sizeOfLayout(window.layout) !== null ? window.layout : null;
  const active = window.panes.findIndex((pane) => pane.active);
  return [
    ...splits,
    // Counted from the pane that was split off last, because their first index varies by user (`pane-base-index`).
    ...(active < 0 || active === window.panes.length - 1 ? [] : [['select-pane', '-t', `${place}.+${active + 1}`]]),
    ...(layout === null ? [] : [['select-layout', '-t', place, layout]]),
  ];
}

/** Unlike `-s` and `rename-window`, `-n` keeps the name as it is given (3.3a), so it is given as it was shown. */
function windowNameWords(window: WindowRequest): readonly string[] {
  return window.automaticName ? [] : ['-n', literalFormat(window.name)];
}

/**
 * tmux takes one directory for a session and for its first pane. Where they differ, what runs in the pane is started in the
 * session's and goes to its own; of a shell that only tmux can tell, the pane's directory counts.
 */
function movedTo(
  { cwd, command }: PaneRequest,
  sessionPath: string,
): { readonly from: string; readonly command: PaneRequest['command'] } {
  if (cwd === sessionPath || command === null) return { from: cwd, command };
  return { from: sessionPath, command: ['/bin/sh', '-c', goThere, 'sh', cwd, ...command] };
}

/** The shell that it becomes has come from nowhere else. */
const goThere = 'cd -- "$1"; unset OLDPWD; shift; exec "$@"';

function commandWords(pane: Pick<PaneRequest, 'command'> | null | undefined): readonly string[] {
  const command = pane?.command ?? null;
  return command === null ? [] : ['--', ...command];
}
