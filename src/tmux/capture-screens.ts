import { type CallOptions, callTmux } from './call-tmux.ts';
import type { TmuxTarget } from './tmux-target.ts';

/** What tells whether the content of a pane has changed. */
export interface ScreenMark {
  /** tmux's `%N`. */
  readonly paneId: string;
  /** The same text while nothing has changed, but for what changes within one second. */
  readonly mark: string;
  /** When its window last changed, in seconds since the epoch. */
  readonly changedAt: number;
  /** A program such as an editor shows its own screen. */
  readonly isAlternate: boolean;
  /** How many lines are above the screen. */
  readonly linesAbove: number;
}

const markFormat = [
  '#{pane_id}',
  '#{window_activity}',
  '#{alternate_on}',
  '#{history_size}',
  '#{history_bytes}',
  '#{cursor_x}',
  '#{cursor_y}',
  '#{pane_width}',
  '#{pane_height}',
].join(' ');

/** Tells of all panes of a server whether they may have changed; null when tmux does not answer. */
export async function listScreenMarks(target: TmuxTarget, options: CallOptions): Promise<readonly ScreenMark[] | null> {
  const result = await callTmux(target, ['list-panes', '-a', '-F', markFormat], options);
  if (result.failure !== null || result.exitCode !== 0) return null;
  return result.stdout.split('\n').flatMap((line) => {
    const [, paneId, changedAt, alternate, above] = /^(%\d+) (\d{1,12}) ([01]?) (\d{1,12}) [\d ]*$/.exec(line) ?? [];
    if (paneId === undefined || changedAt === undefined) return [];
    const isAlternate = alternate === '1';
    return [{ paneId, mark: line, changedAt: Number(changedAt), isAlternate, linesAbove: Number(above) }];
  });
}

/**
 * The content of a pane with its colours, and at most so many lines above its screen; null when tmux does not answer. Of
 * a pane that shows an editor's screen, what that covers.
 */
export async function captureScreen(
  target: TmuxTarget,
  { paneId, isAlternate, linesAbove }: ScreenMark,
  lines: number,
  options: CallOptions,
): Promise<string | null> {
  const whole = ['capture-pane', '-e', '-p', '-t', paneId, '-S', `-${lines}`];
  // tmux would give the first line of the screen where nothing is above it (3.3a).
  const above = linesAbove > 0 ? [...whole, '-E', '-1', ';'] : [];
  const command = isAlternate ? [...above, 'capture-pane', '-a', '-e', '-p', '-t', paneId] : whole;
  const result = await callTmux(target, command, options);
  return result.failure !== null || result.exitCode !== 0 ? null : result.stdout;
}
