import type { FaultBox } from './fault-box.ts';

/** A situation in which a command is run, as often as it takes to strike at each of its calls. */
export interface Scene {
  readonly name: string;
  readonly args: readonly string[];
  /**
   * What a run that something failed for may leave as the newest record: one that an undisturbed run has, too, or also one that has
   * each session as such a run has it. `apply` may have brought back some of them.
   */
  readonly records: 'whole' | 'session-by-session';
  /** A command that shows that nothing is left to do, and what it then prints. */
  readonly proof: { readonly args: readonly string[]; readonly prints: RegExp };
  /** Builds the situation in a box of its own. */
  readonly open: () => Promise<Stage>;
}

export interface Stage {
  readonly box: FaultBox;
  /** Brings the situation about again. */
  readonly reset: () => Promise<void>;
  /** What runs, as lines: compared with what runs after a run that nobody disturbed. */
  readonly world: () => Promise<readonly string[]>;
  readonly close: () => void | Promise<void>;
}
