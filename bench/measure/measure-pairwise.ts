import type { Contestant } from '../contestants/contestant.ts';
import { timedRun, type Cost } from './timed-run.ts';

/** What a contestant cost in each round, and what that made the tmux servers do. */
export interface Measurement {
  readonly contestant: string;
  readonly rounds: readonly Round[];
}

interface Round extends Cost {
  /** The work of the tmux servers, which are nobody's children; null where it is not told. */
  readonly serverCpuMs: number | null;
}

export interface MeasuringRules {
  readonly rounds: number;
  readonly scratch: string;
  /** The CPU time that all tmux servers of the scene have used so far. */
  readonly serverCpuMs: () => number | null;
}

/**
 * Measures contestants in turn, A B A B, so that a busy minute of the machine falls upon all of them. A first round,
 * which warms the caches, does not count.
 */
export async function measurePairwise(
  contestants: readonly Contestant[],
  rules: MeasuringRules,
): Promise<readonly Measurement[]> {
  const rounds = new Map<Contestant, Round[]>(contestants.map((one) => [one, []]));
  for (let round = 0; round <= rules.rounds; round += 1) {
    for (const [contestant, measured] of rounds) {
      const { atMostRounds = rules.rounds } = contestant;
      // What runs only once or twice for its slowness needs no warming either.
      const isWarming = round === 0;
      if (round > atMostRounds || (isWarming && atMostRounds < rules.rounds)) continue;
      const result = await measureOnce(contestant, rules);
      if (!isWarming) measured.push(result);
    }
  }
  return [...rounds].map(([{ name }, measured]) => ({ contestant: name, rounds: measured }));
}

async function measureOnce(contestant: Contestant, { scratch, serverCpuMs }: MeasuringRules): Promise<Round> {
  await contestant.before?.();
  const before = serverCpuMs();
  const cost = timedRun(contestant.argv, contestant.env, scratch);
  const after = serverCpuMs();
  await contestant.after?.();
  return { ...cost, serverCpuMs: before === null || after === null ? null : after - before };
}
