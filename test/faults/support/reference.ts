import type { FaultBox } from './fault-box.ts';
import type { Scene } from './scene.ts';
import { stateFacts, type StateFacts } from './state-facts.ts';

/** What a run that nobody disturbs makes of a scene. */
export interface Reference {
  readonly before: StateFacts;
  readonly after: StateFacts;
  /** What may be the newest record at any moment of the run: the old one, and each one that the run stores. */
  readonly records: readonly (string | null)[];
  readonly views: readonly (string | null)[];
  readonly world: readonly string[];
}

export async function takeReference(box: FaultBox, scene: Scene): Promise<Reference> {
  await scene.reset(box);
  const before = stateFacts(box);
  const { exitCode, stdout, stderr } = await box.persist(...scene.args);
  if (exitCode !== 0) throw new Error(`${scene.name} exits ${exitCode} undisturbed: ${stdout}${stderr}`);
  const after = stateFacts(box);
  const world = await scene.world(box);
  return {
    before,
    after,
    records: [before.newest, after.newest, ...after.records.filter((record) => !before.records.includes(record))],
    views: [before.view, after.view],
    world,
  };
}
