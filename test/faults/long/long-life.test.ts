import { expect, test } from 'vitest';
import { expectFlatLife, median } from '../../support/long-life/expect-flat-life.ts';
import { expectFlatRuns } from '../../support/long-life/expect-flat-runs.ts';

const hourMs = 60 * 60 * 1000;

test(
  'ten thousand saves of sessions that come and go cost at the end what they cost in the beginning',
  { timeout: hourMs },
  () => {
    const { samples, saves } = expectFlatLife(10_000, 1);
    expect(saves).toBe(10_000);
    for (const [name, of] of [
      ['heap, MiB', ({ heapMib }) => heapMib],
      ['processor time of a save, ms', ({ cpuMsPerSave }) => cpuMsPerSave],
      ['state, KiB', ({ stateKib }) => stateKib],
    ] satisfies [string, Parameters<typeof median>[1]][]) {
      report(
        `${name}: ${median(samples.slice(1, 4), of).toFixed(1)} at first, ${median(samples.slice(-3), of).toFixed(1)} at last`,
      );
    }
  },
);

test('the three hundredth run of save takes no more memory and time than the first ones', { timeout: hourMs }, () => {
  const runs = expectFlatRuns(300);
  expect(runs).toHaveLength(300);
  const words = [runs.slice(1, 31), runs.slice(-30)].map((some) => {
    const mean = (of: (run: (typeof some)[number]) => number) =>
      some.reduce((sum, run) => sum + of(run), 0) / some.length;
    return `${mean(({ peakMib }) => peakMib).toFixed(1)} MiB, ${mean(({ cpuMs }) => cpuMs).toFixed(0)} ms`;
  });
  report(`a run at first: ${words[0]}; at last: ${words[1]}`);
});

/** The figures are what this is run for. */
function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
