import type { Diagnostic } from '../diagnostic.ts';
import type { GoneEntry, LiveEntry } from '../manifest.ts';
import type { SelectionRow } from './selection-rows.ts';
import type { SessionContent } from './session-content.ts';
import type { TimelinePoint } from './timeline.ts';

/** What runs, what was lost, and every snapshot of one user: all that a web terminal shows. */
export interface PickerLook extends RowsLook {
  readonly isAdmin: boolean;
  readonly isWatched: boolean;
  readonly now: string;
  readonly live: readonly LiveLook[];
  /** The newest loss first. */
  readonly lost: readonly LostLook[];
  /** Newest first. */
  readonly timeline: readonly TimelinePoint[];
}

export interface LiveLook {
  readonly entry: LiveEntry;
  /** As this look saw it. The record may still have an agent that another one has followed in its pane. */
  readonly content: SessionContent;
}

export interface LostLook {
  readonly entry: GoneEntry;
  /** Whether a restore brings it back. */
  readonly comesBack: boolean;
  readonly content: SessionContent;
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
