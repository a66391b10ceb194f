import { expect, test } from 'vitest';
import { playStorm } from '../../support/storm/play-storm.ts';
import { privateStage } from '../../support/storm/private-stage.ts';

const hourMs = 60 * 60 * 1000;
/** Others: STORM_SEED, the first of as many as STORM_COUNT. */
const first = Number(process.env['STORM_SEED'] ?? 101);
const count = Number(process.env['STORM_COUNT'] ?? 3);
const steps = Number(process.env['STORM_STEPS'] ?? 400);

test.each(Array.from({ length: count }, (_, at) => first + at))(
  `storm %i: ${steps} things happen to sessions, and the record and the plans say what happened`,
  { timeout: hourMs },
  async (seed) => {
    const { looks, created, causes } = await playStorm(privateStage(), { seed, steps });
    expect(looks).toBeGreaterThan(steps / 4);
    const found = [...causes].map(([cause, times]) => `${times} ${cause}`).join(', ');
    process.stderr.write(`storm ${seed}: ${looks} looks, ${created} sessions brought back; lost: ${found}\n`);
  },
);
