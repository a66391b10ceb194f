export interface TextOptions {
  readonly color: boolean;
  /** IANA name of the zone that times are shown in. */
  readonly timeZone: string;
}

export interface VerboseTextOptions extends TextOptions {
  /** Also says what needs nothing done. */
  readonly verbose: boolean;
}
