import type { Diagnostic } from '../../core/diagnostic.ts';
import { groupBy } from '../../core/group-by.ts';
import type { SessionChange } from '../../core/record/history.ts';
import { type Cause, causes } from '../../core/manifest.ts';
import { compareNames } from '../../core/text.ts';
import { isUpToDate, type SaveResult } from '../../core/plan/outcome.ts';
import { painter, type Style } from '../text/columns.ts';
import { changeDocument, changeWords } from './history.ts';
import { formatVersion } from '../text/json-text.ts';
import { lossWords } from '../loss-words.ts';
import { listed, printable, type TextOptions } from '../text/printable.ts';

/** Renders the result of a save, one line per user. */
export function renderSaveText(results: readonly SaveResult[], { color }: Pick<TextOptions, 'color'>): string {
  const paint = painter(color);
  return results
    .map(
      (one) => `${printable(one.user)}: ${paint(printable(saveWords(one)), styleOf(one))}
`,
    )
    .join('');
}

/** The result of a save for a user, after the user's name. */
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

interface SaveReport {
  readonly host: string;
  readonly createdAt: string;
  readonly results: readonly SaveResult[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The JSON document of a save. */
export function saveDocument({ host, createdAt, results, diagnostics }: SaveReport) {
  const count = (result: SaveResult['result']): number => results.filter((one) => one.result === result).length;
  return {
    formatVersion,
    kind: 'save' as const,
    host,
    createdAt,
    users: results.map((one) => ({ ...one, changes: one.changes.map(changeDocument) })),
    diagnostics,
    summary: {
      saved: count('saved'),
      unchanged: count('unchanged'),
      unknown: count('unknown'),
      failed: count('failed'),
      busy: count('busy'),
      noAccount: count('no-account'),
    },
    complete: results.every(isUpToDate),
  };
}

/** The changes of a user's sessions, short enough for one line: `new notes; gone work, scratch (server died)`. */
export function changesWords(changes: readonly SessionChange[]): string {
  const names = (kind: SessionChange['kind']): readonly string[] =>
    changes.flatMap((change) => (change.kind === kind ? [change.session] : []));
  const others = changes.flatMap((change) =>
    isNamedAlone(change) ? [] : [`${change.session}: ${changeWords(change, null)}`],
  );
  return [
    group('new', names('appeared')),
    group('back', names('back')),
    ...causes.flatMap((cause) => lostWords(changes, cause)),
    others.length === 0 ? null : listed(others, '; '),
  ]
    .filter((words) => words !== null)
    .join('; ');
}

/** One group for all that are gone for the same reason, by the same hand. */
function lostWords(changes: readonly SessionChange[], cause: Cause): readonly (string | null)[] {
  const lost = changes.flatMap((change) => (change.kind === 'gone' && change.cause === cause ? [change] : []));
  const byWords = groupBy(lost, (change) => lossWords(change, { time: '' }));
  return [...byWords].map(([words, some]) =>
    group(
      'gone',
      some.map(({ session }) => session),
      ` (${words})`,
    ),
  );
}

function isNamedAlone({ kind }: SessionChange): boolean {
  return kind === 'appeared' || kind === 'back' || kind === 'gone';
}

function group(verb: string, names: readonly string[], end = ''): string | null {
  return names.length === 0 ? null : `${verb} ${listed(names.toSorted(compareNames))}${end}`;
}
