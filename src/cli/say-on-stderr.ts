import { journalText, type JournalPriority } from '../render/journal-text.ts';
import type { Terminal } from './invocation.ts';

/** Says one thing on stderr, under the program's name; in the journal, which knows that name, with its priority. */
export function sayOnStderr(
  { writeError, journalError }: Pick<Terminal, 'writeError' | 'journalError'>,
  priority: JournalPriority,
  text: string,
): void {
  if (!journalError) return writeError(`tmux-persist: ${text}\n`);
  // Each line is an entry, and would have the priority of an ordinary one.
  writeError(journalText(text.split('\n').map((line) => ({ priority, text: line }))));
}
