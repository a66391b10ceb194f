import { journalText, type JournalPriority } from '../render/journal-text.ts';
import { printable } from '../render/printable.ts';
import type { Terminal } from './invocation.ts';

/**
 * Says one thing on stderr, under the program's name; in the journal, which knows that name, with its priority. What it
 * quotes, such as the names of sessions, is chosen by users: it is made harmless.
 */
export function sayOnStderr(
  { writeError, journalError }: Pick<Terminal, 'writeError' | 'journalError'>,
  priority: JournalPriority,
  text: string,
): void {
  writeError(journalError ? journalText([{ priority, text }]) : `tmux-persist: ${printable(text)}\n`);
}
