import { readNewestValid, writeSnapshot } from '../../src/state/snapshot-store.ts';
import type { Contestant } from '../contestants/contestant.ts';
import { bareNode, tmuxPersist } from '../contestants/tmux-persist.ts';
import type { Results } from '../report/results.ts';
import type { Scene } from '../scene/scene.ts';
import type { BenchOptions } from './bench-options.ts';
import { laboratoryIn } from './laboratory.ts';

const storedSnapshots = 200;

/** Measures what a person waits for: small commands, in a scene whose users were saved. */
export async function measureStarts(scene: Scene, options: BenchOptions): Promise<Results> {
  const laboratory = laboratoryIn(scene, options.rounds);
  const user = storeSnapshots(scene);
  const commands: readonly (readonly string[])[] = [
    ['--version'],
    ['--help'],
    ['plan', '--user', user],
    ['snapshots', user],
  ];
  const contestants = commands.flatMap((args): readonly Contestant[] =>
    options.builds.map((build) => {
      const shown = args.map((word) => (word === user ? 'U' : word)).join(' ');
      const one = tmuxPersist(build, scene, ...args);
      return { ...one, name: `${build.name} ${shown}` };
    }),
  );
  return {
    works: [await laboratory.measure('start', [bareNode(scene), ...contestants])],
    watches: [],
    facts: await laboratory.examine('start', [bareNode(scene), ...contestants], { calls: true }),
  };
}

/** Stores a user's newest record again and again; returns the user. */
function storeSnapshots({ users, stateDirectory }: Scene): string {
  const [account] = users;
  if (account === undefined) throw new Error('a scene has a user');
  const { newest } = readNewestValid(stateDirectory, account.name);
  if (newest === null) throw new Error(`${account.name} was not saved`);
  for (let stored = 0; stored < storedSnapshots; stored += 1) {
    writeSnapshot(stateDirectory, account, newest.manifest, new Date());
  }
  return account.name;
}
