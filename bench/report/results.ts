import type { CallCounts } from '../measure/count-calls.ts';
import type { Measurement } from '../measure/measure-pairwise.ts';
import type { PeakMemory } from '../measure/peak-memory.ts';
import type { SceneSpec } from '../scene/scene.ts';

/** The works that are measured, in the order of the report. */
export const works = [
  'save, nothing changed',
  'save, a session of each user renamed',
  'plan, nothing to do',
  'apply, after every server was killed',
  'start',
] as const;

export type Work = (typeof works)[number];

/** All that was measured of one work in one scene. */
export interface WorkResult {
  readonly work: Work;
  readonly scene: SceneSpec;
  readonly measurements: readonly Measurement[];
}

export interface ProgramFacts {
  readonly work: Work;
  readonly scene: SceneSpec;
  readonly contestant: string;
  readonly memory: PeakMemory | null;
  /** null without strace. */
  readonly calls: CallCounts | null;
}

/** What was measured of a watch of one scene. Shares are parts of one core. */
export interface WatchFigures {
  readonly scene: SceneSpec;
  readonly idleShare: number;
  /** While every pane writes all the time; null where it was not measured. */
  readonly busyShare: number | null;
  /** Resident memory of all its processes. */
  readonly memoryMib: number;
  readonly childrenAtRest: number;
  readonly newToRecordMs: readonly number[];
  /** With the grace of 3 s. */
  readonly killToBackMs: readonly number[];
}

export interface Results {
  readonly works: readonly WorkResult[];
  readonly facts: readonly ProgramFacts[];
  readonly watches: readonly WatchFigures[];
}
