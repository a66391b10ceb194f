import type { FaultBox } from './fault-box.ts';

/** A situation in which a command is run, as often as it takes to strike at each of its calls. */
export interface Scene {
  readonly name: string;
  /** YAML for the roster's `persist:`. */
  readonly policy: string;
  readonly args: readonly string[];
  /** Builds the situation, once for each box. */
  readonly prepare: (box: FaultBox) => Promise<void>;
  /** Puts the box into the situation again. */
  readonly reset: (box: FaultBox) => Promise<void>;
  /** A command that shows that nothing is left to do, and what it then prints. */
  readonly proof: { readonly args: readonly string[]; readonly prints: RegExp };
  /** What runs, as lines; compared with what runs after a run that nobody disturbed. */
  readonly world: (box: FaultBox) => Promise<readonly string[]>;
}
