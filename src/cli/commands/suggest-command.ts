import { conversationsOf, type SessionEntry } from '../../core/manifest.ts';
import { printable } from '../../render/text/printable.ts';
import { latestSnapshot } from '../../state/find-snapshot.ts';
import { eachSnapshot, type SnapshotSource } from '../../state/snapshot-source.ts';
import { commands } from '../commands.ts';
import { type CompletedWord, type WantedValue, wantedValue } from '../completion/wanted-values.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { invokerOf } from '../open-context.ts';
import { openRecords } from '../open-records.ts';

/**
 * `suggest -- WORD...`, which the completion scripts call: what can be written in the place of the last word. The first line is
 * the kind; of `words`, each following line has a word, a tab, and what it means.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { args, terminal } = invocation;
  const wanted = wantedValue(args.positionals, commands);
  const words = await wordsOf(wanted, invocation);
  const kind = words === null ? wanted.kind : 'words';
  const lines = (words ?? [])
    .filter(({ word }) => isPlain(word))
    .map(({ word, meaning }) => `${word}\t${printable(meaning)}`);
  terminal.writeOut([kind, ...lines, ''].join('\n'));
  return exitCodes.done;
}

/** null where the shell knows better. */
async function wordsOf(wanted: WantedValue, invocation: Invocation): Promise<readonly CompletedWord[] | null> {
  switch (wanted.kind) {
    case 'words':
      return wanted.words;
    case 'files':
    case 'directories':
      return null;
    case 'nothing':
      return [];
    case 'users':
      return (await openRecords(invocation, null)).users.map((word) => ({ word, meaning: '' }));
    case 'sessions':
    case 'snapshots': {
      const user = wanted.user ?? invokerOf(invocation.env).account.name;
      const source = (await openRecords(invocation, user)).snapshotsOf(user);
      return wanted.kind === 'sessions' ? sessionWords(source) : snapshotWords(source);
    }
  }
}

function sessionWords(source: SnapshotSource): readonly CompletedWord[] {
  for (const snapshot of eachSnapshot(source)) {
    if (snapshot.kind === 'valid') return snapshot.manifest.sessions.map(sessionWord);
  }
  return [];
}

function sessionWord(entry: SessionEntry): CompletedWord {
  const agents = conversationsOf(entry).map(({ agent }) => agent);
  return { word: entry.name, meaning: [entry.cause ?? 'live', ...agents].join(', ') };
}

function snapshotWords({ ids }: SnapshotSource): readonly CompletedWord[] {
  return [{ word: latestSnapshot, meaning: 'the newest' }, ...ids.map((word) => ({ word, meaning: '' }))];
}

/** What would break the answer, or would be something else when it is pasted, is not suggested. */
function isPlain(word: string): boolean {
  return word !== '' && !/\p{Cc}/u.test(word);
}
