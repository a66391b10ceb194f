import { type Cause, causes, isCause } from '../core/manifest.ts';
import type { Selection } from '../core/plan/selection.ts';
import { nearMiss } from '../core/text.ts';
import { parseSnapshotId } from '../state/snapshot-id.ts';
import { Refusal } from './exit-codes.ts';
import type { Arguments } from './parse-arguments.ts';
import { askedUsers } from './user-arguments.ts';

/** The selection from `--session`, `--at`, `--include` and `--all`. */
export function selectionOf(args: Arguments): Selection {
  return {
    sessions: [...new Set(args.all('session'))],
    include: args.all('include').flatMap((list) => list.split(',').map(causeNamed)),
    all: args.has('all'),
    at: args.last('at'),
    asOffered: false,
    isSupposed: false,
    besideConflicts: false,
    only: null,
  };
}

/** A word that must be the id of a snapshot, not the beginning of one or a time. Throws Refusal. */
export function snapshotIdIn(word: string): string {
  if (parseSnapshotId(word) !== null) return word;
  throw new Refusal(`${JSON.stringify(word)} is not the id of a snapshot, such as 20261120T135951`);
}

function causeNamed(text: string): Cause {
  const name = text.trim();
  if (isCause(name) && name !== 'forgotten') return name;
  if (name === 'forgotten') throw new Refusal('--include forgotten: what was forgotten comes back only by --session');
  const meant = nearMiss(name, causes);
  const hint = meant === null ? `causes are ${causes.join(', ')}` : `did you mean ${meant}?`;
  throw new Refusal(`--include ${JSON.stringify(name)} is not a cause; ${hint}`);
}

/** Whether a run includes the host's units. A run for single users does not. */
export function wantsUnits(args: Arguments): boolean {
  return !args.has('no-units') && askedUsers(args).length === 0;
}
