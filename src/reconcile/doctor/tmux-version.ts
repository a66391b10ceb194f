/** The oldest tmux that this program is tested with. */
export const oldestTmux = '3.1c';

/** Whether `tmux -V` names a version that is new enough; a development build, such as `tmux master`, is taken to be. */
export function isSupportedTmux(words: string): boolean {
  const match = /(\d+)\.(\d+)([a-z]?)/.exec(words);
  if (match === null) return true;
  const [, major, minor, letter = ''] = match;
  const rank = Number(major) * 1000 + Number(minor);
  return rank > 3001 || (rank === 3001 && letter >= 'c');
}
