import { floor as floorOf } from '../contestants/bare-tmux.ts';
import type { Contestant } from '../contestants/contestant.ts';
import { openPredecessor } from '../contestants/predecessor.ts';
import { tmuxPersist } from '../contestants/tmux-persist.ts';
import { openTmuxResurrect } from '../contestants/tmux-resurrect.ts';
import type { Results } from '../report/results.ts';
import type { Scene } from '../scene/scene.ts';
import { renameSessions } from '../scene/rename-sessions.ts';
import type { BenchOptions } from './bench-options.ts';
import { checkAgents } from './check-agents.ts';
import { laboratoryIn } from './laboratory.ts';

const smallSessions = 50;
/** More sessions than these take the predecessor a quarter of an hour and more for each save. */
const largeSessions = 200;

/** Measures recording and planning. */
export async function measureSaves(scene: Scene, options: BenchOptions): Promise<Results> {
  const laboratory = laboratoryIn(scene, options.rounds);
  const ofBuilds = (...args: readonly string[]): readonly Contestant[] =>
    options.builds.map((build) => tmuxPersist(build, scene, ...args));
  const saves = ofBuilds('save', '--quiet');
  const plans = ofBuilds('plan', '--no-units');
  const floor = floorOf(scene);
  const changed = saves.map((save) => ({ ...save, before: () => renameSessions(scene) }));
  const sessions = scene.spec.users * scene.spec.sessions;
  const [isSmall, isLarge] = [sessions <= smallSessions, sessions > largeSessions];
  const wantsPredecessor = options.predecessor !== null && scene.spec.agents && (options.full || !isLarge);
  const predecessor =
    options.predecessor !== null && wantsPredecessor ? await openPredecessor(options.predecessor, scene) : null;
  const resurrect =
    options.resurrect === null || !scene.spec.agents ? null : openTmuxResurrect(options.resurrect, scene);
  const others = [
    ...(resurrect === null ? [] : [resurrect.save]),
    ...(predecessor === null ? [] : [{ ...predecessor.save, ...(isLarge ? { atMostRounds: 1 } : {}) }]),
  ];
  try {
    if (scene.spec.agents) checkAgents(scene, options);
    return {
      works: [
        await laboratory.measure('save, nothing changed', [...saves, floor, ...others]),
        await laboratory.measure('save, a session of each user renamed', changed),
        await laboratory.measure('plan, nothing to do', [...plans, floor]),
      ],
      watches: [],
      facts: [
        ...(await laboratory.examine('save, nothing changed', [...saves, floor], { calls: true })),
        // Tracing makes the predecessor several times as slow as it is.
        ...(await laboratory.examine('save, nothing changed', isSmall ? others : [], { calls: true })),
        ...(await laboratory.examine('save, a session of each user renamed', changed, { calls: true })),
        ...(await laboratory.examine('plan, nothing to do', plans, { calls: true })),
      ],
    };
  } finally {
    predecessor?.close();
  }
}
