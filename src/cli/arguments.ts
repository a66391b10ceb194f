/** What followed the command on the command line, known to be what that command takes. */
export interface Arguments {
  readonly positionals: readonly string[];
  readonly has: (name: string) => boolean;
  /** Every value given to an option, in order. */
  readonly all: (name: string) => readonly string[];
  /** The last value given to an option; null when it was not given. */
  readonly last: (name: string) => string | null;
}
