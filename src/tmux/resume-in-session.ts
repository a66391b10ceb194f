import type { ResumePlace } from '../core/plan/action.ts';
import type { CallOptions } from './call-tmux.ts';
import { chainOf, nothingBeside, runCommandFile, type PartedChain } from './command-file.ts';
import { literalFormat } from './tmux-text.ts';
import type { TmuxTarget } from './tmux-target.ts';

interface ResumeRequest {
  /** tmux's `$N`. */
  readonly sessionId: string;
  readonly place: ResumePlace;
  /** The caller has checked it. */
  readonly directory: string;
  /** Two words or more, which tmux runs without a shell. */
  readonly command: readonly string[];
}

export type ResumeResult =
  /** The command runs in the place of the pane, and the pane has moved into a new window. */
  | { readonly kind: 'in-place'; readonly paneId: string; readonly movedTo: number }
  /**
   * The command runs in a new window, because its pane is gone or could not move. In the second case `words` has tmux's
   * error.
   */
  | { readonly kind: 'beside'; readonly paneId: string; readonly window: number; readonly words: string | null }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Starts a command in the place of a pane and does not touch the pane's program. The command gets a new window of the
 * same session, and then the two panes change places. No key is typed, so a half-typed line stays as it is.
 */
export async function resumeInSession(
  target: TmuxTarget,
  request: ResumeRequest,
  options: CallOptions,
): Promise<ResumeResult> {
  const [started] = await runCommandFile(target, [startingChain(request)], nothingBeside, options);
  const [, paneId, index] = /^(%\d+)\t(\d+)$/.exec(started?.kind === 'done' ? started.told : '') ?? [];
  if (paneId === undefined) {
    return { kind: 'failed', message: started?.kind === 'failed' ? started.words : 'tmux did not tell the new pane' };
  }
  const window = Number(index);
  if (request.place.kind === 'window') return { kind: 'beside', paneId, window, words: null };
  const swap = swappingChain(paneId, request.place.paneId);
  const [swapped] = await runCommandFile(target, [swap], nothingBeside, options);
  if (swapped?.kind === 'failed') return { kind: 'beside', paneId, window, words: swapped.words };
  return { kind: 'in-place', paneId, movedTo: window };
}

function startingChain({ sessionId, place, directory, command }: ResumeRequest): PartedChain {
  // It is there for what stood in the place before.
  const name = place.kind === 'window' ? place.name : place.isDead ? 'dead pane' : 'idle shell';
  const head: PartedChain['head'] = (row) => [
    // Fails when the pane is gone, so that nothing starts for it.
    ['has-session', '-t', place.kind === 'pane' ? place.paneId : sessionId],
    [
      'new-window',
      '-d',
      '-P',
      '-F',
      `${row}\t#{pane_id}\t#{window_index}`,
      '-t',
      `${sessionId}:`,
      ...(name === null ? [] : ['-n', literalFormat(name)]),
      '-c',
      literalFormat(directory),
      '--',
      ...command,
    ],
  ];
  return { head, parts: [] };
}

/** `-d` keeps the active pane position of each window; `-Z` keeps a zoomed window zoomed. */
function swappingChain(source: string, place: string): PartedChain {
  return { head: chainOf([['swap-pane', '-d', '-Z', '-s', source, '-t', place]]), parts: [] };
}
