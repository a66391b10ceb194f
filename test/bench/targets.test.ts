import { expect, test } from 'vitest';
import type { Results, Work } from '../../bench/report/results.ts';
import { growthOf, targetsText } from '../../bench/report/targets.ts';

type Costs = Readonly<Record<string, { readonly cpuMs: number; readonly wallMs?: number }>>;

function measured(work: Work, size: readonly [number, number], costs: Costs, agents = true): Results['works'][number] {
  const [users, sessions] = size;
  return {
    work,
    scene: { users, sessions, agents },
    measurements: Object.entries(costs).map(([contestant, { cpuMs, wallMs = cpuMs }]) => ({
      contestant,
      rounds: [{ cpuMs, wallMs, serverCpuMs: null }],
    })),
  };
}

const save: Work = 'save, nothing changed';

/** The rows of the table by what they are about: measured, limit, met. */
function rowsOf(results: Results): Readonly<Record<string, readonly string[]>> {
  const rows = targetsText(results).trim().split('\n').slice(2);
  return Object.fromEntries(
    rows.map((row) => {
      const [target = '', ...cells] = row.split('|').slice(1, -1);
      return [target.trim().split(':')[0] ?? '', cells.map((cell) => cell.trim())];
    }),
  );
}

function savedFor(cpuMs: number): Results {
  return {
    works: [measured(save, [10, 20], { 'tmux-persist': { cpuMs }, floor: { cpuMs: 100 } })],
    facts: [],
    watches: [],
  };
}

test('a target is a ratio to the bare commands of the same rounds, met at its limit and missed beyond it', () => {
  const target = '`save` on 10 × 20 with agents';
  expect(rowsOf(savedFor(130))[target]).toEqual(['× 1.30 (130 ms)', '× 1.30 (130 ms)', 'yes']);
  expect(rowsOf(savedFor(131))[target]).toEqual(['× 1.31 (131 ms)', '× 1.30 (130 ms)', '**no**']);
});

test('shells have a target of their own', () => {
  const costs = { 'tmux-persist': { cpuMs: 90 }, floor: { cpuMs: 100 } };
  const rows = rowsOf({ works: [measured('plan, nothing to do', [10, 20], costs, false)], facts: [], watches: [] });
  expect(Object.keys(rows)).toEqual(['`plan` on 10 × 20 without agents']);
  expect(Object.values(rows)).toEqual([['× 0.90 (90.0 ms)', '× 0.80 (80.0 ms)', '**no**']]);
});

test('without the bare commands of the same rounds there is no target', () => {
  expect(
    rowsOf({ works: [measured(save, [10, 20], { 'tmux-persist': { cpuMs: 1 } })], facts: [], watches: [] }),
  ).toEqual({});
});

test('what was not measured is no target that was met', () => {
  expect(rowsOf({ works: [], facts: [], watches: [] })).toEqual({});
});

test('a start is measured against bare Node, and snapshots against a plan', () => {
  const starts = {
    'bare Node': { cpuMs: 30 },
    'tmux-persist --version': { cpuMs: 46 },
    'tmux-persist plan --user U': { cpuMs: 80 },
    'tmux-persist snapshots U': { cpuMs: 99 },
  };
  const rows = rowsOf({ works: [measured('start', [10, 20], starts)], facts: [], watches: [] });
  expect(rows['`--version`']).toEqual(['46.0 ms', '40.0 ms', '**no**']);
  expect(rows['`plan` of one user, nothing to do']).toEqual(['80.0 ms', '70.0 ms', '**no**']);
  expect(rows['`snapshots` with 200 stored']).toEqual(['99.0 ms', '100 ms', 'yes']);
});

test('a restore is measured by its wall time and its CPU time, against the command files', () => {
  const work: Work = 'apply, after every server was killed';
  const costs = { 'tmux-persist': { cpuMs: 160, wallMs: 990 }, 'bare tmux': { cpuMs: 100, wallMs: 900 } };
  const targets = targetsText({ works: [measured(work, [10, 20], costs, false)], facts: [], watches: [] });
  expect(targets).toContain('wall of command files | × 1.10 (990 ms) | × 1.20 (1,080 ms) | yes |');
  expect(targets).toContain('CPU of command files | × 1.60 (160 ms) | × 1.50 (150 ms) | **no** |');
});

test.each([
  ['linear', 500, 1],
  ['free', 100, 0],
  ['quadratic', 2_500, 2],
])('growth that is %s has its exponent', (_, cpuMs, exponent) => {
  const few = measured(save, [10, 20], { 'tmux-persist': { cpuMs: 100 } });
  const many = measured(save, [20, 50], { 'tmux-persist': { cpuMs } });
  expect(growthOf({ works: [few, many], facts: [], watches: [] }, save)?.exponent).toBeCloseTo(exponent);
});
