import type { Scene, Stage } from './scene.ts';
import { stateFacts, type StateFacts } from './state-facts.ts';

/** What a run that nobody disturbs makes of a scene. */
export interface Reference {
  readonly before: StateFacts;
  readonly after: StateFacts;
  readonly world: readonly string[];
  /** What may be a user's newest record at any moment of the run: the old one, and each one that the run stores. */
  readonly recordsOf: (user: string) => readonly (string | null)[];
  readonly viewsOf: (user: string) => readonly (string | null)[];
}

export async function takeReference(stage: Stage, scene: Scene): Promise<Reference> {
  await stage.reset();
  const before = stateFacts(stage.box);
  await mustEndWell(stage, scene.args, /(?:)/);
  const after = stateFacts(stage.box);
  const world = await stage.world();
  await mustEndWell(stage, scene.proof.args, scene.proof.prints);
  const known = (user: string): readonly string[] => before.users.find((one) => one.user === user)?.records ?? [];
  const both = (user: string) => [...before.users, ...after.users].filter((one) => one.user === user);
  return {
    before,
    after,
    world,
    recordsOf: (user) => [
      ...both(user).map(({ newest }) => newest),
      ...both(user).flatMap(({ records }) => records.filter((record) => !known(user).includes(record))),
    ],
    viewsOf: (user) => both(user).map(({ view }) => view),
  };
}

async function mustEndWell({ box }: Stage, args: readonly string[], prints: RegExp): Promise<void> {
  const { exitCode, stdout, stderr } = await box.persist(...args);
  if (exitCode === 0 && prints.test(stdout)) return;
  throw new Error(`${args.join(' ')} exits ${exitCode} undisturbed: ${stdout}${stderr}`);
}
