export type Argv = readonly [string, ...string[]];
export type Environment = Readonly<Record<string, string>>;

/** A program that does the measured work in its way. */
export interface Contestant {
  readonly name: string;
  readonly argv: Argv;
  /** The whole environment; nothing is inherited. */
  readonly env: Environment;
  /** Puts the world into the state in which the work begins. Not measured. */
  readonly before?: () => Promise<void>;
  /** Throws when the work was not done. Not measured. */
  readonly after?: () => Promise<void>;
  /** How often it is measured, where it takes too long for as many rounds as the others. */
  readonly atMostRounds?: number;
}
