import { type Chain, doneCommand, type PartedChain } from './command-file.ts';
import { sizeOfLayout } from './layout.ts';
import { commandFileLine, decodeField, encodedField, isTargetName, literalFormat, unescapeName } from './tmux-text.ts';

/** A session to create, as recorded. */
export interface SessionRequest {
  /** As tmux showed it: vis(3)-escaped. */
  readonly name: string;
  /**
   * The start directory of a session without its own windows. The caller has checked it, because tmux falls back
   * silently.
   */
  readonly path: string;
  /** Name of the session whose windows it shares. It then needs no windows of its own. */
  readonly sharesWindowsOf: string | null;
  /** Index of the window that it then shows; null for any window. */
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
  /** The caller has checked it. */
  readonly cwd: string;
  /** Two words or more, which tmux runs without a shell; null is the user's login shell. */
  readonly command: readonly string[] | null;
}

/** tmux's answer about a session that it has just created. */
export interface CreatedSession {
  readonly tmuxId: string;
  readonly name: string;
}

const toldFormats = ['#{session_id}', encodedField('session_name')] as const;

/**
 * Creates a session with all its content as one chain, so that it is complete or missing. If its name could mean
 * another session, the chain creates only the first part, because the rest then needs the session's id.
 */
export function creatingChain(request: SessionRequest): PartedChain {
  const head = (row: string): readonly (readonly string[])[] => [newSessionWords(request, row), keepUnattached];
  return { head, parts: isTargetName(request.name) ? remainingChains(request, `=${request.name}`) : [] };
}

/**
 * With `destroy-unattached on`, tmux would soon remove a session without a client. This turns the option off for the
 * new session, which is the current one of the chain. The user's setting for all sessions no longer applies to it,
 * unless the user sets the option again.
 */
const keepUnattached: readonly string[] = [
  'if-shell',
  '-F',
  '#{&&:#{destroy-unattached},#{!=:#{destroy-unattached},off}}',
  commandFileLine(['set-option', 'destroy-unattached', 'off']),
];

/** Creates a session with its first window and pane, or only with its start directory. */
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

/** Creates a session that shares the windows of another one, and selects the window that it showed. */
export function joiningChain(request: SessionRequest, ownerId: string): PartedChain {
  const { name, path, sharedWindow } = request;
  const create = (row: string): readonly string[] => [...creatingWords(name, path, row), '-t', ownerId];
  // If the name is no target, or a hook changes it meanwhile, only the selection of the window fails. The outcome
  // reports that.
  const show: Chain = (row) => [['select-window', '-t', `=${name}:${sharedWindow ?? ''}`], doneCommand(row)];
  return { head: (row) => [create(row), keepUnattached], parts: sharedWindow === null ? [] : [show] };
}

/**
 * The remaining work for a session that has its first pane: one chain for each window. When a window fails, nothing
 * replaces it. `session` is an id or an exact name, because tmux would match a bare name by its beginning.
 */
export function remainingChains(request: SessionRequest, session: string): readonly Chain[] {
  return request.windows.map((_, at) => windowChain(request, at, session));
}

/** The remaining work for one window of such a session, which already has `found` panes. */
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

/** Reads tmux's answer about a created session; null for any other text. */
export function parseCreated(told: string): CreatedSession | null {
  const [, tmuxId, name] = /^(\$\d+)\t(.*)$/.exec(told) ?? [];
  return tmuxId === undefined || name === undefined ? null : { tmuxId, name: decodeField(name) };
}

function creatingWords(name: string, directory: string, row: string): readonly string[] {
  const told = [row, ...toldFormats].join('\t');
  return [
    'new-session',
    '-d',
    // Without `-E` tmux would mark the variables in `update-environment` as removed, because this client has none of
    // them. That would hide the values that the user has set for all sessions.
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

/**
 * Moves the first window to its index; `^` is the only window yet. Its index depends on the user's `base-index`. tmux
 * cannot move a window onto itself.
 */
function movingCommand(window: WindowRequest, session: string, place: string): readonly string[] {
  const move = commandFileLine(['move-window', '-s', `${session}:^`, '-t', place]);
  return ['if-shell', '-F', '-t', `${session}:^`, `#{!=:#{window_index},${window.index}}`, move];
}

function newWindowWords(window: WindowRequest, place: string): readonly string[] {
  const [pane] = window.panes;
  const directory = pane === undefined ? [] : ['-c', literalFormat(pane.cwd)];
  return ['new-window', '-d', '-t', place, ...directory, ...windowNameWords(window), ...commandWords(pane)];
}

/**
 * Each split halves the previous pane. So the panes are spread again after each split; otherwise tmux finds no space
 * for the tenth.
 */
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
    // Counted from the pane of the last split, because the index of the first pane depends on the user
    // (`pane-base-index`).
    ...(active < 0 || active === window.panes.length - 1 ? [] : [['select-pane', '-t', `${place}.+${active + 1}`]]),
    ...(layout === null ? [] : [['select-layout', '-t', place, layout]]),
  ];
}

/** Unlike `-s` and `rename-window`, `-n` keeps a name as given (3.3a). So it gets the name as tmux showed it. */
function windowNameWords(window: WindowRequest): readonly string[] {
  return window.automaticName ? [] : ['-n', literalFormat(window.name)];
}

/**
 * tmux takes one directory for a session and its first pane. Where they differ, the pane's command starts in the
 * session's directory and changes to its own. For a shell that only tmux can tell, the session gets the pane's
 * directory.
 */
function movedTo(
  { cwd, command }: PaneRequest,
  sessionPath: string,
): { readonly from: string; readonly command: PaneRequest['command'] } {
  if (cwd === sessionPath || command === null) return { from: cwd, command };
  return { from: sessionPath, command: ['/bin/sh', '-c', goThere, 'sh', cwd, ...command] };
}

/** OLDPWD is unset, so that the new shell does not seem to come from another directory. */
const goThere = 'cd -- "$1"; unset OLDPWD; shift; exec "$@"';

function commandWords(pane: Pick<PaneRequest, 'command'> | null | undefined): readonly string[] {
  const command = pane?.command ?? null;
  return command === null ? [] : ['--', ...command];
}
