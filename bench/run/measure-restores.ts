import type { Account } from '../../src/system/host/accounts.ts';
import { run } from '../../src/system/programs/exec.ts';
import { bareCommandFiles } from '../contestants/bare-tmux.ts';
import type { Contestant } from '../contestants/contestant.ts';
import { openPredecessor } from '../contestants/predecessor.ts';
import { tmuxPersist } from '../contestants/tmux-persist.ts';
import { openTmuxResurrect } from '../contestants/tmux-resurrect.ts';
import { timedRun } from '../measure/timed-run.ts';
import type { Results } from '../report/results.ts';
import { killEverything } from '../scene/scene-processes.ts';
import type { Scene } from '../scene/scene.ts';
import { tmuxAs, userEnvironment } from '../scene/start-sessions.ts';
import type { BenchOptions } from './bench-options.ts';
import { laboratoryIn } from './laboratory.ts';

const work = 'apply, after every server was killed';

/** Measures bringing back all sessions of a scene after every tmux server was killed. */
export async function measureRestores(scene: Scene, options: BenchOptions): Promise<Results> {
  const laboratory = laboratoryIn(scene, options.rounds);
  const predecessor =
    options.predecessor === null || scene.spec.agents ? null : await openPredecessor(options.predecessor, scene);
  const resurrect =
    options.resurrect === null || scene.spec.agents ? null : openTmuxResurrect(options.resurrect, scene);
  const restoring = (contestant: Contestant, mayHaveMore = 0): Contestant => ({
    ...contestant,
    before: () => killEverything(scene),
    after: () => expectSessions(scene, mayHaveMore),
    // The gate lets agents start only a few at a time.
    ...(scene.spec.agents ? { atMostRounds: 1 } : {}),
  });
  const own = options.builds.map((build) => restoring(tmuxPersist(build, scene, 'apply', '--no-units', '--quiet')));
  const contestants = [
    ...own,
    ...(scene.spec.agents ? [] : [restoring(bareCommandFiles(scene))]),
    ...(predecessor === null ? [] : [restoring(predecessor.restore)]),
    ...(resurrect === null ? [] : [restoring(resurrect.restore, 1)]),
  ];
  try {
    const [build] = options.builds;
    const saves = [tmuxPersist(build, scene, 'save', '--quiet'), predecessor?.save, resurrect?.save];
    for (const save of saves) if (save !== undefined) timedRun(save.argv, save.env, laboratory.scratch);
    return {
      works: [await laboratory.measure(work, contestants)],
      // strace would follow the servers that are started, which do not end.
      watches: [],
      facts: scene.spec.agents ? [] : await laboratory.examine(work, contestants, { calls: false }),
    };
  } finally {
    predecessor?.close();
  }
}

async function expectSessions({ users, spec }: Scene, mayHaveMore: number): Promise<void> {
  await Promise.all(
    users.map(async (user) => {
      const count = await sessionCount(user);
      const isRight = count >= spec.sessions && count <= spec.sessions + mayHaveMore;
      if (!isRight) throw new Error(`${user.name} has ${count} sessions, not ${spec.sessions}`);
    }),
  );
}

async function sessionCount(user: Account): Promise<number> {
  const { stdout } = await run(tmuxAs(user, 'list-sessions', '-F', '#{session_name}'), {
    timeoutMs: 30_000,
    env: userEnvironment(user),
  });
  return stdout.split('\n').length - 1;
}
