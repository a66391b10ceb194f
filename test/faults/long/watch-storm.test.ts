import { expect, test } from 'vitest';
import { oomVictims } from '../../support/oom-victims.ts';
import { playWatchStorm } from '../../support/storm/play-watch-storm.ts';
import { watchedStage } from '../../support/storm/watched-stage.ts';

/** Another story: STORM_SEED, as a failure names it; a longer one: STORM_STEPS. */
const seed = Number(process.env['STORM_SEED'] ?? 6);
const steps = Number(process.env['STORM_STEPS'] ?? 60);

const victims = oomVictims(() => `tmux-persist-watch-storm-${process.pid}`);

test(
  `of ${steps} things that happen under the watch, each loss is recorded with its true cause`,
  { timeout: 60_000 + steps * 10_000 },
  async () => {
    const { losses, healed } = await playWatchStorm(watchedStage(victims.kill), { seed, steps });
    // A story in which little happens would prove little.
    expect(losses.size).toBeGreaterThanOrEqual(3);
    expect(healed).toBeGreaterThan(0);
  },
);
