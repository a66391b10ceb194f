import type { Measurement } from '../measure/measure-pairwise.ts';
import type { Machine } from './describe-machine.ts';
import type { Results } from './results.ts';

/** Commands that do the same in every round: where their cost varies, it is the machine that varies. */
const bareCommands: ReadonlySet<string> = new Set(['floor', 'bare Node']);
/** Of the cores, for the load of the minute before. */
const quietShare = 0.25;
/** The dearest round by the cheapest one. */
const quietSpread = 1.25;

/** Why the figures are not those of a quiet machine; empty when they are. */
export function disturbances({ load, cores }: Pick<Machine, 'load' | 'cores'>, { works }: Results): readonly string[] {
  const limit = cores * quietShare;
  const measured = works.flatMap(({ work, scene, measurements }) =>
    measurements
      .filter(({ contestant }) => bareCommands.has(contestant))
      .map((one) => ({
        name: `${one.contestant} in ${work}, ${scene.users} × ${scene.sessions}`,
        spread: spreadOf(one),
      })),
  );
  const [worst] = measured.toSorted((a, b) => b.spread - a.spread);
  return [
    ...(load > limit ? [`the load of the minute before was ${load.toFixed(2)}, over ${limit}`] : []),
    ...(worst !== undefined && worst.spread > quietSpread
      ? [`the CPU time of one command varied by × ${worst.spread.toFixed(2)}, over × ${quietSpread} (${worst.name})`]
      : []),
  ];
}

function spreadOf({ rounds }: Measurement): number {
  const costs = rounds.map(({ cpuMs }) => cpuMs);
  return costs.length === 0 ? 1 : Math.max(...costs) / Math.min(...costs);
}
