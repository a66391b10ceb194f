import type { Window } from '../core/manifest.ts';
import { sizeOfLayout } from './layout.ts';
import { commandFileLine, literalFormat } from './tmux-text.ts';

/** A window to create, as recorded. */
export interface WindowRequest extends Omit<Window, 'panes'> {
  readonly panes: readonly PaneRequest[];
}

export interface PaneRequest {
  readonly active: boolean;
  /** Empty for the title that tmux gives it. */
  readonly title: string;
  /** The caller has checked it. */
  readonly cwd: string;
  /** Two words or more, which tmux runs without a shell; null is the user's login shell. */
  readonly command: readonly string[] | null;
}

/**
 * The work for one window of a session that has its first pane. The window already has `found` panes.
 */
export function windowCommands(
  window: WindowRequest,
  isFirst: boolean,
  session: string,
  found: number,
): readonly (readonly string[])[] {
  const place = `${session}:${window.index}`;
  const making = isFirst ? [movingCommand(window, session, place)] : [newWindowWords(window, place)];
  return [...(found === 0 ? making : []), ...paneCommands(window, place, Math.max(found, 1))];
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
  const count = window.panes.length;
  const splits = window.panes.slice(found).flatMap((pane) => [
    ['split-window', '-t', place, '-c', literalFormat(pane.cwd), ...commandWords(pane)],
    ['select-layout', '-t', place, 'tiled'],
  ]);
  const layout = window.layout !== null && sizeOfLayout(window.layout) !== null ? window.layout : null;
  const active = window.panes.findIndex((pane) => pane.active);
  // The last split has left its pane active. So panes are counted from there: the index of the first one depends on the
  // user (`pane-base-index`).
  const placeOf = (at: number): string => (at === count - 1 ? place : `${place}.+${at + 1}`);
  return [
    ...splits,
    ...window.panes.flatMap((pane, at) => (pane.title === '' ? [] : [titleWords(pane.title, placeOf(at))])),
    ...(active < 0 || active === count - 1 ? [] : [['select-pane', '-t', placeOf(active)]]),
    ...(layout === null ? [] : [layoutWords(layout, place, count)]),
    // The last step, because every other one ends the zoom.
    ...(window.zoomed && count > 1 ? [['resize-pane', '-Z', '-t', place]] : []),
  ];
}

/**
 * While a client is attached elsewhere, tmux gives a new window the size of that client. The layout also restores the size
 * of a window with a single pane. Nobody misses that where this tmux does not know the form of the layout.
 */
function layoutWords(layout: string, place: string, paneCount: number): readonly string[] {
  const words = ['select-layout', '-t', place, layout];
  return paneCount > 1 ? words : ['if-shell', '-F', '1', commandFileLine(words)];
}

function titleWords(title: string, place: string): readonly string[] {
  return ['select-pane', '-t', place, '-T', literalFormat(title)];
}

/** Unlike `-s` and `rename-window`, `-n` keeps a name as given (3.3a). So it gets the name as tmux showed it. */
export function windowNameWords(window: WindowRequest): readonly string[] {
  return window.automaticName ? [] : ['-n', literalFormat(window.name)];
}

/**
 * tmux takes one directory for a session and its first pane. Where they differ, the pane's command starts in the
 * session's directory and changes to its own. For a shell that only tmux can tell, the session gets the pane's
 * directory.
 */
export function movedTo(
  { cwd, command }: PaneRequest,
  sessionPath: string,
): { readonly from: string; readonly command: PaneRequest['command'] } {
  if (cwd === sessionPath || command === null) return { from: cwd, command };
  return { from: sessionPath, command: ['/bin/sh', '-c', goThere, 'sh', cwd, ...command] };
}

/** OLDPWD is unset, so that the new shell does not seem to come from another directory. */
const goThere = 'cd -- "$1"; unset OLDPWD; shift; exec "$@"';

export function commandWords(pane: Pick<PaneRequest, 'command'> | null | undefined): readonly string[] {
  const command = pane?.command ?? null;
  return command === null ? [] : ['--', ...command];
}
