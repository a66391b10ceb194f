import type { Cause } from '../../../src/core/manifest.ts';
import type { Account } from '../../../src/system/host/accounts.ts';

/** What a reconciler is started with. */
export interface ReconcilerSetup {
  /** Whose sessions it looks after. */
  readonly account: Account;
  readonly stateDirectory: string;
  readonly socketName: string | null;
  /** TMUX_TMPDIR of the account's tmux; null for /tmp. */
  readonly tmuxTmpDir: string | null;
  readonly searchPath: string;
}

/** One run of the program, in a host that has booted as `bootId` says. */
export interface ReconcilerRequest {
  readonly run: ReconcilerRun;
  readonly bootId: string;
}

export type ReconcilerRun =
  | { readonly kind: 'save' }
  | { readonly kind: 'plan'; readonly include: readonly Cause[] }
  | { readonly kind: 'apply'; readonly include: readonly Cause[] }
  | { readonly kind: 'forget'; readonly session: string };

/** What came of it. */
export interface ReconcilerAnswer {
  /** `save`: saved, unchanged, …; `forget`: forgotten, refused, …; otherwise planned or applied. */
  readonly result: string;
  readonly actions: readonly PlannedAction[];
  readonly pending: boolean;
  readonly diagnostics: readonly string[];
}

export interface PlannedAction {
  readonly action: string;
  readonly session: string;
  readonly as: string | null;
  readonly cause: Cause | null;
  /** Of `apply`; null where there was nothing to do. */
  readonly outcome: string | null;
}
