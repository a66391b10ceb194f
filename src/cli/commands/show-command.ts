import type { Diagnostic } from '../../core/diagnostic.ts';
import type { StoredManifest } from '../../core/record/history.ts';
import type { LocalNow } from '../../core/when.ts';
import { formatTsv, toPredecessorRows } from '../../predecessor/view.ts';
import { renderManifestText, showDocument } from '../../render/records/manifest.ts';
import { printableTable } from '../../render/text/printable.ts';
import { findSnapshot, isSnapshotWord, latestSnapshot, snapshotProblem } from '../../state/find-snapshot.ts';
import type { SnapshotSource } from '../../state/snapshot-source.ts';
import type { DamagedSnapshot } from '../../state/snapshot-store.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import { type Invocation, localNow } from '../invocation.ts';
import { openRecords } from '../open-records.ts';
import { writeDiagnostics, writeResult } from '../output.ts';
import { type OtherWords, userOrOneselfAnd } from '../user-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { args, terminal } = invocation;
  const {
    user,
    asked,
    rest: [word = null],
  } = userOrOneselfAnd(invocation, { command: 'show', ...snapshotWords(1, localNow(invocation)) });
  if (args.has('json') && args.has('tsv')) throw new Refusal('--json and --tsv exclude each other');
  const source = (await openRecords(invocation, asked)).snapshotsOf(user);
  const { stored, damaged } = storedSnapshot(source, user, word, localNow(invocation));
  const diagnostics = [...source.diagnostics, ...damaged.map((one) => damagedSnapshot(user, one))];
  if (args.has('tsv')) {
    writeDiagnostics(invocation, diagnostics);
    const tsv = formatTsv(toPredecessorRows(stored.manifest));
    terminal.writeOut(terminal.isOutShown ? printableTable(tsv) : tsv);
    return exitCodes.done;
  }
  writeResult(invocation, {
    document: () => showDocument(stored),
    text: (options) => renderManifestText(stored, { ...options, home: null }),
    diagnostics,
  });
  return exitCodes.done;
}

/** At most so many words for snapshots beside a user. The first word may be one: hardly any account has such a name. */
export function snapshotWords(max: number, local: LocalNow): Omit<OtherWords, 'command'> {
  return { min: 0, max, placeholder: '', isOne: (word) => isSnapshotWord(word, local) };
}

interface Shown {
  readonly stored: StoredManifest;
  /** Newer snapshots that were skipped. */
  readonly damaged: readonly DamagedSnapshot[];
}

/** The snapshot that a word on the command line means, and the newest one for no word. Throws Refusal. */
export function storedSnapshot(source: SnapshotSource, user: string, word: string | null, local: LocalNow): Shown {
  const match = findSnapshot(source, word ?? latestSnapshot, local);
  if (match.kind === 'found') return match;
  const isNewest = word === null || word === latestSnapshot;
  if (!isNewest) throw new Refusal(snapshotProblem(user, word, match));
  if (match.kind === 'damaged') {
    throw new Refusal(`no snapshot of ${user} is valid; the newest: ${match.id}: ${match.reason}`);
  }
  throw new Refusal(`nothing is recorded of ${user} yet; record: tmux-persist save ${user}`);
}

/** The diagnostic for a stored snapshot that is skipped. */
export function damagedSnapshot(user: string, { id, reason }: DamagedSnapshot): Diagnostic {
  const message = `snapshot ${id} is passed over: ${reason}`;
  return { severity: 'warning', code: 'snapshot-damaged', user, message };
}
