import { optionWithValue } from './shell-quote.ts';

/** The command that brings one held or conflicting session back, ready to be pasted. */
export function sessionCommand(user: string, selector: string): string {
  return `tmux-persist apply ${optionWithValue('--user', user)} ${optionWithValue('--session', selector)}`;
}
