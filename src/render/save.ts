import type { SaveResult } from '../core/save-result.ts';
import { painter, type Style } from './paint.ts';
import { printable } from './printable.ts';
import type { TextOptions } from './text-options.ts';

/** Renders what a save did, one line per user. */
export function renderSaveText(results: readonly SaveResult[], { color }: Pick<TextOptions, 'color'>): string {
  const paint = painter(color);
  return results
    .map(
      (one) => `${printable(one.user)}: ${paint(printable(saveWords(one)), styleOf(one))}
`,
    )
    .join('');
}

/** What a save did for a user, after their name. */
export function saveWords(one: SaveResult): string {
  switch (one.result) {
    case 'saved':
      return `saved ${one.snapshot ?? ''}, ${countWords(one)}`;
    case 'unchanged':
      return `unchanged, ${countWords(one)}`;
    case 'unknown':
      return `not saved: ${one.reason ?? 'tmux could not be observed'}`;
    case 'failed':
      return `not saved: ${one.reason ?? 'the record could not be written'}`;
    case 'busy':
      return `not saved: ${one.reason ?? 'another run holds the lock'}`;
    case 'no-account':
      return `not saved: ${one.reason ?? 'no account on this host'}`;
  }
}

function styleOf({ result }: SaveResult): Style | null {
  if (result === 'saved') return 'green';
  return result === 'unchanged' ? null : 'yellow';
}

function countWords({ live, gone }: SaveResult): string {
  return gone === 0 ? `${live} live` : `${live} live, ${gone} gone`;
}
