import type { Diagnostic } from '../diagnostic.ts';
import type { GoneEntry, LiveEntry } from '../manifest.ts';
import type { SelectionRow } from './selection-rows.ts';
import type { TimelinePoint } from './timeline.ts';

/** What runs, what was lost, and every snapshot of one user: all that a web terminal shows. */
export interface PickerLook extends RowsLook {
  readonly isAdmin: boolean;
  readonly isWatched: boolean;
  readonly now: string;
  readonly live: readonly LiveEntry[];
  /** The newest loss first. */
  readonly lost: readonly LostLook[];
  /** Newest first. */
  readonly timeline: readonly TimelinePoint[];
}

export interface LostLook {
  readonly entry: GoneEntry;
  /** Whether a restore brings it back. */
  readonly comesBack: boolean;
}

export interface RowsLook {
  readonly user: string;
  /** Why it is not known what runs; null when it is. */
  readonly unknown: string | null;
  /** null where there is no snapshot. */
  readonly selection: SelectionLook | null;
  readonly diagnostics: readonly Diagnostic[];
}

export interface SelectionLook {
  readonly id: string;
  readonly takenAt: string;
  readonly rows: readonly SelectionRow[];
}
