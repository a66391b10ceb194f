import { takeReference, type Reference } from './reference.ts';
import type { Scene, Stage } from './scene.ts';
import type { Subject } from './subjects.ts';
import { isNoise, nameOf, type TracedCall } from './trace.ts';
import { isSame, strike, traceRun, type Fault, type FaultyRun } from './tracer.ts';

/** A call of an undisturbed run, and what is to happen there. */
export interface Point {
  readonly call: TracedCall;
  readonly fault: Fault;
}

export interface Strikes {
  readonly scene: Scene;
  readonly subject: Subject;
  readonly choose: (calls: readonly TracedCall[]) => readonly Point[];
  /** What is wrong after a strike. */
  readonly examine: (struck: Struck) => Promise<readonly string[]>;
}

export interface Struck {
  readonly stage: Stage;
  readonly scene: Scene;
  readonly reference: Reference;
  readonly point: Point;
  readonly run: FaultyRun;
}

export interface Tally {
  readonly points: number;
  /** Where something was wrong afterwards, and what. */
  readonly lost: readonly string[];
  /** Where the call was not made again, so that nothing was struck. */
  readonly missed: readonly string[];
}

/** Two at a time: that many processors the smallest machine for these tests has. */
const atOnce = 2;

/** Runs a scene once for each chosen point, strikes there, and looks at what is left. */
export async function strikeAll({ scene, subject, choose, examine }: Strikes): Promise<Tally> {
  const stages = await Promise.all(Array.from({ length: atOnce }, () => scene.open()));
  try {
    const [first] = stages;
    if (first === undefined) throw new Error('there is no stage');
    await first.reset();
    const calls = await traceRun({ box: first.box, args: scene.args, subject });
    const points = choose(calls);
    const queue = [...points];
    const lost: string[] = [];
    const missed: string[] = [];
    const work = async (stage: Stage): Promise<void> => {
      const reference = await takeReference(stage, scene);
      for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
        await stage.reset();
        const target = { calls, wanted: point.call, fault: point.fault };
        const run = await strike({ box: stage.box, args: scene.args, subject }, target, stage.reset);
        if (run.hit === null || !isSame(run.hit, point.call)) missed.push(labelOf(point));
        // Where Node itself was hit instead, libuv has ended the process, as `choose-points` says.
        if (point.fault.kind === 'error' && run.hit !== null && isNoise(run.hit)) continue;
        const wrong = await examine({ stage, scene, reference, point, run });
        if (wrong.length > 0) lost.push([labelOf(point), ...wrong].join('\n    '));
      }
    };
    await Promise.all(stages.map(work));
    return { points: points.length, lost, missed };
  } finally {
    for (const stage of stages) await stage.close();
  }
}

function labelOf({ call, fault }: Point): string {
  return `${fault.kind === 'kill' ? 'killed' : fault.errno} at ${nameOf(call)}`;
}
