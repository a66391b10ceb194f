import type { CallOptions } from './call-tmux.ts';
import { chainOf, nothingBeside, runCommandFile } from './command-file.ts';
import type { TmuxTarget } from './tmux-target.ts';
import { commandFileLine } from './tmux-text.ts';

/** A running session, and the windows of others to link into it. */
export interface LinkRequest {
  /** tmux's `$N`. */
  readonly sessionId: string;
  /** Whether it has only the window that tmux made with it, because all of its windows are linked ones. */
  readonly onlyLinks: boolean;
  readonly links: readonly LinkedWindow[];
  /** The windows to select in the end, in this order. */
  readonly shown: readonly number[];
}

export interface LinkedWindow {
  /** The index that it gets in the session. */
  readonly index: number;
  /** tmux's `$N` of the session that has it. */
  readonly ownerId: string;
  /** Its index there. */
  readonly window: number;
}

/** Links windows into sessions with one call. Returns for each request what tmux refused, in its own words. */
export async function linkWindows(
  target: TmuxTarget,
  requests: readonly LinkRequest[],
  options: CallOptions,
): Promise<readonly (readonly string[])[]> {
  const chains = requests.map((request) => ({
    head: chainOf(request.onlyLinks ? [makingRoom(request)] : []),
    parts: [
      ...request.links.map((link) => chainOf([linkWords(request, link)])),
      ...(request.onlyLinks ? [chainOf([removingRoom(request)])] : []),
      ...request.shown.map((index) => chainOf([['select-window', '-t', `${request.sessionId}:${index}`]])),
    ],
  }));
  const outcomes = await runCommandFile(target, chains, nothingBeside, options);
  return outcomes.map((outcome) => (outcome.kind === 'failed' ? [outcome.words] : outcome.complaints));
}

/** Moves the only window out of the way, to an index after all others. */
function makingRoom(request: LinkRequest): readonly string[] {
  return ['move-window', '-s', `${request.sessionId}:^`, '-t', roomOf(request)];
}

/** Removes that window, unless nothing could be linked: the session would end with it. */
function removingRoom(request: LinkRequest): readonly string[] {
  const remove = commandFileLine(['kill-window', '-t', roomOf(request)]);
  return ['if-shell', '-F', '-t', `${request.sessionId}:`, '#{!=:#{session_windows},1}', remove];
}

function roomOf({ sessionId, links }: LinkRequest): string {
  return `${sessionId}:${Math.max(...links.map(({ index }) => index)) + 1}`;
}

function linkWords({ sessionId }: LinkRequest, { index, ownerId, window }: LinkedWindow): readonly string[] {
  return ['link-window', '-d', '-s', `${ownerId}:${window}`, '-t', `${sessionId}:${index}`];
}
