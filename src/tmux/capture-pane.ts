import { callTmux, type CallOptions } from './call-tmux.ts';
import type { TmuxTarget } from './tmux-target.ts';

/** The text that a pane shows, line by line without the empty ones; none where tmux does not answer. */
export async function capturePane(
  target: TmuxTarget,
  paneId: string,
  options: CallOptions,
): Promise<readonly string[]> {
  const result = await callTmux(target, ['capture-pane', '-p', '-J', '-t', paneId], options);
  if (result.failure !== null || result.exitCode !== 0) return [];
  return result.stdout
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}
