import type { Diagnostic } from '../../core/diagnostic.ts';
import type { LocalNow } from '../../core/when.ts';
import { assessUsers, type Assessment, diagnosticsOf, recordsOf } from '../../reconcile/observe/assess-users.ts';
import {
  compareRecords,
  diffDocument,
  differs,
  type DiffSide,
  type RecordPair,
  renderDiffText,
} from '../../render/records/diff.ts';
import { snapshotsOf, type SnapshotSource } from '../../state/snapshot-source.ts';
import { hunksBetween } from '../../system/files/line-diff.ts';
import { cellsOfLayout } from '../../tmux/layout.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import { type Invocation, localNow } from '../invocation.ts';
import { openContext } from '../open-context.ts';
import { openRecords } from '../open-records.ts';
import { writeDiagnostics, writeResult } from '../output.ts';
import { damagedSnapshot, snapshotWords, storedSnapshot } from './show-command.ts';
import { type UserOrOneself, userOrOneselfAnd } from '../user-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const named = userOrOneselfAnd(invocation, { command: 'diff', ...snapshotWords(2, localNow(invocation)) });
  const { user, rest } = named;
  const [first = null, second = null] = rest;
  const found =
    second === null ? await withWhatRuns(invocation, named, first) : await stored(invocation, named, first, second);
  if (found.pair === null) {
    writeDiagnostics(invocation, found.diagnostics);
    return exitCodes.incomplete;
  }
  const { pair, diagnostics } = found;
  const { utcOffsetMinutes } = invocation.terminal;
  const parts = compareRecords(pair, { layout: layoutWords, utcOffsetMinutes });
  const diffs = await Promise.all(
    parts.filter(differs).map(async (part) => {
      const [before, after] = [part.before, part.after].map(({ lines }) => lines.map(({ text }) => text));
      return { part, hunks: await hunksBetween(before ?? [], after ?? []) };
    }),
  );
  writeResult(invocation, {
    document: () => diffDocument(user, pair, parts),
    text: (options) => renderDiffText(user, pair, diffs, options),
    diagnostics,
  });
  return exitCodes.done;
}

interface Found {
  /** null when what runs now is not known. */
  readonly pair: RecordPair | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** A record, the newest for no word, and the record that a save would make now. */
async function withWhatRuns(
  invocation: Invocation,
  { user, asked }: UserOrOneself,
  word: string | null,
): Promise<Found> {
  const context = await openContext(invocation, asked === null ? [] : [asked], 'record');
  const [assessment] = await assessUsers(context, context.users, 'read');
  if (assessment === undefined) throw new TypeError(`nobody looked at ${user}`);
  const diagnostics = diagnosticsOf(context, [assessment]);
  if (assessment.observation.kind === 'unknown') return { pair: null, diagnostics };
  const before =
    word === null
      ? newestSide(assessment)
      : storedSide(snapshotsOf(recordsOf(context, user)), user, word, localNow(invocation)).side;
  // Without sessions and without a record there is nothing to compare.
  const manifest = assessment.manifest ?? before.manifest;
  return { pair: { before, after: { snapshot: null, label: 'now', manifest } }, diagnostics };
}

function newestSide({ rosterUser: { name }, stored: { manifest, origin } }: Assessment): DiffSide {
  if (manifest === null) throw new Refusal(`nothing is recorded of ${name} yet; record: tmux-persist save ${name}`);
  const snapshot = origin.kind === 'snapshot' ? origin.id : null;
  return { snapshot, label: snapshot ?? 'imported', manifest };
}

async function stored(
  invocation: Invocation,
  { user, asked }: UserOrOneself,
  first: string | null,
  second: string,
): Promise<Found> {
  const source = (await openRecords(invocation, asked)).snapshotsOf(user);
  const local = localNow(invocation);
  const before = storedSide(source, user, first, local);
  const after = storedSide(source, user, second, local);
  return {
    pair: { before: before.side, after: after.side },
    diagnostics: [...source.diagnostics, ...before.diagnostics, ...after.diagnostics],
  };
}

function storedSide(
  source: SnapshotSource,
  user: string,
  word: string | null,
  local: LocalNow,
): { readonly side: DiffSide; readonly diagnostics: readonly Diagnostic[] } {
  const { stored: found, damaged } = storedSnapshot(source, user, word, local);
  return {
    side: { snapshot: found.id, label: found.id, manifest: found.manifest },
    diagnostics: damaged.map((one) => damagedSnapshot(user, one)),
  };
}

/** The panes of a layout by size and place. Its checksum and its pane numbers change although nobody moved a pane. */
function layoutWords(layout: string): string {
  return cellsOfLayout(layout)?.join(' ') ?? layout;
}
