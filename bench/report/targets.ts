import type { SceneSpec } from '../scene/scene.ts';
import { find, ms, type Figures } from './figures.ts';
import type { Results } from './results.ts';
import { table } from './table.ts';

const agents: SceneSpec = { users: 10, sessions: 20, agents: true };
const shells: SceneSpec = { ...agents, agents: false };
const large: SceneSpec = { users: 20, sessions: 50, agents: true };
const maxMemoryMib = 100;

/** The targets of the design, and what was measured of each. */
export function targetsText(results: Results): string {
  const save = find(results, 'save, nothing changed', agents, 'tmux-persist');
  const predecessor = find(results, 'save, nothing changed', agents, 'predecessor');
  const plan = find(results, 'plan, nothing to do', agents, 'tmux-persist');
  const apply = find(results, 'apply, after every server was killed', shells, 'tmux-persist');
  const floor = find(results, 'apply, after every server was killed', shells, 'bare tmux');
  const start = (name: string): Figures | null => find(results, 'start', agents, name);
  const node = start('bare Node');
  const planOfOne = start('tmux-persist plan --user U');
  const rows = [
    row('`save` on 10 × 20: ≤ 250 ms of CPU', save, cpu, 250),
    row('`save` on 10 × 20: 100 times less CPU than the predecessor', save, cpu, over(predecessor, 1 / 100)),
    row('`plan` on 10 × 20: ≤ 250 ms of CPU', plan, cpu, 250),
    growthRow(results),
    row('`--version`: bare Node + 15 ms', start('tmux-persist --version'), cpu, plus(node, 15)),
    row('`--help`: bare Node + 15 ms', start('tmux-persist --help'), cpu, plus(node, 15)),
    row('`plan` of one user, nothing to do: bare Node + 60 ms', planOfOne, cpu, plus(node, 60)),
    row('`apply` of 200 sessions: ≤ 1.5 times the floor, wall', apply, wall, over(floor, 1.5, wall)),
    row('`snapshots` with 200 stored: `plan` + 20 ms', start('tmux-persist snapshots U'), cpu, plus(planOfOne, 20)),
    memoryRow(results),
  ].filter((one) => one !== null);
  return table(['target', 'measured', 'limit', 'met'], rows, { texts: 1 });
}

type Row = readonly [target: string, measured: string, limit: string, met: string];
type Measure = (figures: Figures) => number;

const cpu: Measure = ({ cpuMs }) => cpuMs;
const wall: Measure = ({ wallMs }) => wallMs;

function row(target: string, figures: Figures | null, measure: Measure, limit: number | null): Row | null {
  if (figures === null || limit === null) return null;
  return [target, `${ms(measure(figures))} ms`, `${ms(limit)} ms`, yesNo(measure(figures) <= limit)];
}

function plus(figures: Figures | null, extraMs: number): number | null {
  return figures === null ? null : figures.cpuMs + extraMs;
}

function over(figures: Figures | null, factor: number, measure = cpu): number | null {
  return figures === null ? null : measure(figures) * factor;
}

function growthRow(results: Results): Row | null {
  const growth = growthOf(results, 'save, nothing changed');
  if (growth === null) return null;
  const { factor, sessions } = growth;
  const limit = `× ${sessions}`;
  return [
    '`save` from 10 × 20 to 20 × 50: linear in sessions',
    `× ${factor.toFixed(2)}`,
    limit,
    yesNo(factor <= sessions),
  ];
}

export interface Growth {
  /** By how much there are more sessions. */
  readonly sessions: number;
  /** By how much it costs more. */
  readonly factor: number;
  /** 1 is linear. */
  readonly exponent: number;
  /** What each session more costs. */
  readonly perSessionMs: number;
}

/** How the CPU time of a work grows from 10 × 20 to 20 × 50; null unless both were measured. */
export function growthOf(
  results: Results,
  work: Parameters<typeof find>[1],
  contestant = 'tmux-persist',
): Growth | null {
  const few = find(results, work, agents, contestant);
  const many = find(results, work, large, contestant);
  if (few === null || many === null) return null;
  const sessions = sessionsOf(large) / sessionsOf(agents);
  const factor = many.cpuMs / few.cpuMs;
  const perSessionMs = (many.cpuMs - few.cpuMs) / (sessionsOf(large) - sessionsOf(agents));
  return { sessions, factor, exponent: Math.log(factor) / Math.log(sessions), perSessionMs };
}

function sessionsOf({ users, sessions }: SceneSpec): number {
  return users * sessions;
}

function memoryRow({ facts }: Results): Row | null {
  const own = facts.filter(({ contestant, memory }) => contestant.startsWith('tmux-persist') && memory !== null);
  if (own.length === 0) return null;
  const largest = Math.max(...own.map(({ memory }) => memory?.largestMib ?? 0));
  const measured = `${largest.toFixed(0)} MiB`;
  return ['peak memory of the largest process', measured, `${maxMemoryMib} MiB`, yesNo(largest < maxMemoryMib)];
}

function yesNo(isMet: boolean): string {
  return isMet ? 'yes' : '**no**';
}
