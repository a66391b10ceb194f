import type { Diagnostic } from '../core/diagnostic.ts';
import type { SessionChange } from '../core/history.ts';
import type { SaveResult } from '../core/save-result.ts';
import { changesWords } from './changes-words.ts';
import { diagnosticLine, type JournalLine, type JournalPriority } from './journal-text.ts';
import { saveWords } from './save.ts';

/** What a save has to say in the journal: one line for each user of whom something changed or was not saved, and what is wrong. */
export function saveJournal(
  results: readonly SaveResult[],
  diagnostics: readonly Diagnostic[],
): readonly JournalLine[] {
  // The result of a user who is unknown says why.
  const others = diagnostics.filter(({ code }) => code !== 'unknown');
  return [...results.flatMap(resultLines), ...others.map(diagnosticLine)];
}

function resultLines(result: SaveResult): readonly JournalLine[] {
  const text = `${result.user}: ${saveWords(result)}`;
  switch (result.result) {
    case 'saved': {
      const words = changesWords(result.changes);
      return [{ priority: priorityOf(result.changes), text: words === '' ? text : `${text}: ${words}` }];
    }
    case 'unknown':
    case 'failed':
      return [{ priority: 'error', text }];
    case 'busy':
      return [{ priority: 'warning', text }];
    case 'unchanged':
    case 'no-account':
      return [];
  }
}

/** What nobody wanted is a warning: a server that died, what was killed for memory. */
function priorityOf(changes: readonly SessionChange[]): JournalPriority {
  return changes.some(isViolent) ? 'warning' : 'info';
}

function isViolent(change: SessionChange): boolean {
  if (change.kind === 'gone') return change.cause === 'server-died' || change.cause === 'killed';
  return change.kind === 'conversation-ended' && change.killed;
}
