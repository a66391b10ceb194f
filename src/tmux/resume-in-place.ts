import type { CallOptions } from './call-tmux.ts';
import { doneCommand, nothingBeside, runCommandFile, type PartedChain } from './command-file.ts';
import { literalFormat } from './tmux-text.ts';
import type { TmuxTarget } from './tmux-target.ts';

export interface InPlaceRequest {
  /** tmux's `$N`. */
  readonly sessionId: string;
  /** tmux's `%N` of the pane with the idle shell. */
  readonly paneId: string;
  /** Checked by the caller. */
  readonly directory: string;
  /** Two words or more, run without a shell. */
  readonly command: readonly string[];
}

export type InPlaceResult =
  /** The command runs in the place of the pane, which has moved into a window of its own. */
  | { readonly kind: 'in-place'; readonly paneId: string; readonly movedTo: number }
  /** The pane could not be moved; the command runs in a window of its own. */
  | { readonly kind: 'beside'; readonly paneId: string; readonly window: number; readonly words: string }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Starts a command in the place of a pane without touching what runs in that: the command gets a new window of the same
 * session, and the two panes change places. No key is typed, so a half-typed line stays what it is.
 */
export async function resumeInPlace(
  target: TmuxTarget,
  request: InPlaceRequest,
  options: CallOptions,
): Promise<InPlaceResult> {
  const [started] = await runCommandFile(target, [startingChain(request)], nothingBeside, options);
  const [, paneId, index] = /^(%\d+)\t(\d+)$/.exec(started?.kind === 'done' ? started.told : '') ?? [];
  if (paneId === undefined) {
    return { kind: 'failed', message: started?.kind === 'failed' ? started.words : 'tmux did not tell the new pane' };
  }
  const window = Number(index);
  const [swapped] = await runCommandFile(target, [swappingChain(paneId, request.paneId)], nothingBeside, options);
  if (swapped?.kind === 'failed') return { kind: 'beside', paneId, window, words: swapped.words };
  return { kind: 'in-place', paneId, movedTo: window };
}

/** What the new window is called: it is there for the shell. */
const windowName = 'idle shell';

function startingChain({ sessionId, paneId, directory, command }: InPlaceRequest): PartedChain {
  const head: PartedChain['head'] = (row) => [
    // Fails when the pane is gone, so that nothing is started for it.
    ['has-session', '-t', paneId],
    [
      'new-window',
      '-d',
      '-P',
      '-F',
      `${row}\t#{pane_id}\t#{window_index}`,
      '-t',
      `${sessionId}:`,
      '-n',
      windowName,
      '-c',
      literalFormat(directory),
      '--',
      ...command,
    ],
  ];
  return { head, parts: [] };
}

/** `-d` leaves each window's active place active; `-Z` leaves a zoomed window zoomed. */
function swappingChain(source: string, place: string): PartedChain {
  return { head: (row) => [['swap-pane', '-d', '-Z', '-s', source, '-t', place], doneCommand(row)], parts: [] };
}
