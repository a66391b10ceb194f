/** What many saves of one user came to, in one process. */
export interface LongLifeReport {
  readonly saves: number;
  /** One for each window of saves, in order. */
  readonly samples: readonly LongLifeSample[];
  readonly largestGoneCount: number;
  readonly snapshots: number;
}

export interface LongLifeSample {
  /** How many saves there have been by then. */
  readonly saves: number;
  /** After a collection of garbage. */
  readonly heapMib: number;
  readonly descriptors: number;
  /** Median of the window, of the processor alone: the disk is the machine's. */
  readonly cpuMsPerSave: number;
  /** Of all files in the state directory. */
  readonly stateKib: number;
  readonly files: number;
}
