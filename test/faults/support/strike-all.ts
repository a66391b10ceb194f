import { createFaultBox, type FaultBox } from './fault-box.ts';
import { takeReference, type Reference } from './reference.ts';
import type { Scene } from './scene.ts';
import { nameOf, type TracedCall } from './trace.ts';
import { isSame, strike, traceRun, type Fault, type FaultyRun } from './tracer.ts';

export interface Point {
  readonly call: TracedCall;
  readonly fault: Fault;
}

export interface Tally {
  readonly points: number;
  /** Where something was wrong afterwards. */
  readonly lost: readonly string[];
  /** Points whose call was not made again, so that nothing was struck. */
  readonly missed: readonly string[];
}

export interface Strikes {
  readonly scene: Scene;
  /** Which calls of an undisturbed run are struck, and how. */
  readonly choose: (calls: readonly TracedCall[]) => readonly Point[];
  /** What is wrong after a strike. */
  readonly examine: (struck: Struck) => Promise<readonly string[]>;
}

export interface Struck {
  readonly box: FaultBox;
  readonly scene: Scene;
  readonly reference: Reference;
  readonly point: Point;
  readonly run: FaultyRun;
}

/** Two processors are what the smallest machine for these tests has. */
const side = 2;

/** Runs a scene once for each chosen point, striking there, and looks at what is left. */
export async function strikeAll({ scene, choose, examine }: Strikes): Promise<Tally> {
  const boxes = Array.from({ length: side }, () => createFaultBox(scene.policy));
  try {
    await Promise.all(boxes.map((box) => scene.prepare(box)));
    const references = await Promise.all(boxes.map((box) => takeReference(box, scene)));
    const [first] = boxes;
    if (first === undefined) throw new Error('no box');
    await scene.reset(first);
    const calls = await traceRun(first, scene.args);
    const points = choose(calls);
    const queue = [...points];
    const lost: string[] = [];
    const missed: string[] = [];
    const work = async (box: FaultBox, reference: Reference): Promise<void> => {
      for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
        await scene.reset(box);
        const run = await strike(box, scene.args, { calls, wanted: point.call, fault: point.fault }, () =>
          scene.reset(box),
        );
        const label = labelOf(point);
        if (run.hit === null || !isSame(run.hit, point.call)) missed.push(label);
        const wrong = await examine({ box, scene, reference, point, run });
        if (wrong.length > 0) lost.push([label, ...wrong].join('\n    '));
      }
    };
    await Promise.all(references.map((reference, at) => work(boxes[at] ?? first, reference)));
    return { points: points.length, lost, missed };
  } finally {
    for (const box of boxes) box.destroy();
  }
}

function labelOf({ call, fault }: Point): string {
  return `${fault.kind === 'kill' ? 'killed' : fault.errno} at ${nameOf(call)}`;
}
