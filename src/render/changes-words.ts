import { type Cause, causes } from '../core/cause.ts';
import type { SessionChange } from '../core/history.ts';
import { causeWords } from './cause-words.ts';
import { changeWords } from './history.ts';
import { listed } from './listed.ts';

/** What happened to a user's sessions, short enough for one line: `new notes; gone work, scratch (server died)`. */
export function changesWords(changes: readonly SessionChange[]): string {
  const names = (kind: SessionChange['kind']): readonly string[] =>
    changes.flatMap((change) => (change.kind === kind ? [change.session] : []));
  const lost = (cause: Cause): readonly string[] =>
    changes.flatMap((change) => (change.kind === 'gone' && change.cause === cause ? [change.session] : []));
  const others = changes.flatMap((change) =>
    isNamedAlone(change) ? [] : [`${change.session}: ${changeWords(change, null)}`],
  );
  return [
    group('new', names('appeared')),
    group('back', names('back')),
    ...causes.map((cause) => group('gone', lost(cause), ` (${causeWords[cause]})`)),
    others.length === 0 ? null : listed(others, '; '),
  ]
    .filter((words) => words !== null)
    .join('; ');
}

function isNamedAlone({ kind }: SessionChange): boolean {
  return kind === 'appeared' || kind === 'back' || kind === 'gone';
}

function group(verb: string, names: readonly string[], end = ''): string | null {
  return names.length === 0 ? null : `${verb} ${listed(names)}${end}`;
}
