import type { GivenOption } from './given-option.ts';
import { optionWithValue } from './shell-quote.ts';

/** A command of this program, ready to be pasted, that is about the same users, records and servers as this run. */
export function ownCommand(given: readonly GivenOption[], ...words: readonly string[]): string {
  return ['tmux-persist', ...words, ...given.map(({ name, value }) => optionWithValue(name, value))].join(' ');
}

/** The command that brings one held or conflicting session back. */
export function sessionCommand(given: readonly GivenOption[], user: string, selector: string): string {
  return ownCommand(given, 'apply', optionWithValue('--user', user), optionWithValue('--session', selector));
}
