import type { UtcOffsetMinutes } from './clock.ts';

export interface TextOptions {
  readonly color: boolean;
  readonly utcOffsetMinutes: UtcOffsetMinutes;
}

export interface VerboseTextOptions extends TextOptions {
  /** Also says what needs nothing done, and how conversations were found. */
  readonly verbose: boolean;
}
