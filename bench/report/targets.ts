import type { SceneSpec } from '../scene/scene.ts';
import { find, ms, percent, sceneName, type Figures } from './figures.ts';
import type { Results, WatchFigures, Work } from './results.ts';
import { table } from './table.ts';

const agents: SceneSpec = { users: 10, sessions: 20, agents: true };
const shells: SceneSpec = { ...agents, agents: false };
const large: SceneSpec = { users: 20, sessions: 50, agents: true };
const maxMemoryMib = 100;

/** The targets of the design, and what was measured of each. */
export function targetsText(results: Results): string {
  const save = find(results, 'save, nothing changed', agents, 'tmux-persist');
  const predecessor = find(results, 'save, nothing changed', agents, 'predecessor');
  const restored = (name: string): Figures | null =>
    find(results, 'apply, after every server was killed', shells, name);
  const [apply, files] = [restored('tmux-persist'), restored('bare tmux')];
  const start = (name: string): Figures | null => find(results, 'start', agents, name);
  const node = start('bare Node');
  const planOfOne = start('tmux-persist plan --user U');
  const rows = [
    floorRow('`save` on 10 × 20 with agents', results, 'save, nothing changed', agents, 1.3),
    floorRow('`plan` on 10 × 20 with agents', results, 'plan, nothing to do', agents, 1.3),
    floorRow('`save` on 10 × 20 without agents', results, 'save, nothing changed', shells, 0.8),
    floorRow('`plan` on 10 × 20 without agents', results, 'plan, nothing to do', shells, 0.8),
    ratioRow('`save` on 10 × 20: CPU of the predecessor', save, predecessor, cpu, 0.01),
    growthRow(results),
    row('`--version`: bare Node + 10 ms', start('tmux-persist --version'), plus(node, 10)),
    row('`--help`: bare Node + 10 ms', start('tmux-persist --help'), plus(node, 10)),
    row('`plan` of one user, nothing to do: bare Node + 40 ms', planOfOne, plus(node, 40)),
    ratioRow('`apply` of 200 sessions: wall of command files', apply, files, wall, 1.2),
    ratioRow('`apply` of 200 sessions: CPU of command files', apply, files, cpu, 1.5),
    row('`snapshots` with 200 stored: `plan` + 20 ms', start('tmux-persist snapshots U'), plus(planOfOne, 20)),
    memoryRow(results),
    ...results.watches.flatMap(watchRows),
  ].filter((one) => one !== null);
  return table(['target', 'measured', 'limit', 'met'], rows, { texts: 1 });
}

type Row = readonly [target: string, measured: string, limit: string, met: string];
type Measure = (figures: Figures) => number;

const cpu: Measure = ({ cpuMs }) => cpuMs;
const wall: Measure = ({ wallMs }) => wallMs;

function row(target: string, figures: Figures | null, limitMs: number | null): Row | null {
  if (figures === null || limitMs === null) return null;
  return [target, `${ms(figures.cpuMs)} ms`, `${ms(limitMs)} ms`, yesNo(figures.cpuMs <= limitMs)];
}

function floorRow(target: string, results: Results, work: Work, scene: SceneSpec, limit: number): Row | null {
  const own = find(results, work, scene, 'tmux-persist');
  return ratioRow(`${target}: CPU of the floor`, own, find(results, work, scene, 'floor'), cpu, limit);
}

/** A target that is so many times what others cost in the same rounds: it holds on a slow machine, too. */
function ratioRow(
  target: string,
  own: Figures | null,
  others: Figures | null,
  measure: Measure,
  limit: number,
): Row | null {
  if (own === null || others === null) return null;
  const ratio = measure(own) / measure(others);
  return [target, told(ratio, measure(own)), told(limit, limit * measure(others)), yesNo(ratio <= limit)];
}

function told(factor: number, costMs: number): string {
  return `× ${factor.toFixed(2)} (${ms(costMs)} ms)`;
}

function plus(figures: Figures | null, extraMs: number): number | null {
  return figures === null ? null : figures.cpuMs + extraMs;
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

/** The watch, of the scene that the design speaks of. */
function watchRows({ scene, idleShare, busyShare, memoryMib, childrenAtRest, ...times }: WatchFigures): readonly Row[] {
  const place = `${sceneName(scene)} ${scene.agents ? 'agents' : 'shells'}`;
  const atMost = (what: string, figure: number, limit: number, unit: (figure: number) => string): Row => [
    `watch, ${place}: ${what}`,
    unit(figure),
    unit(limit),
    yesNo(figure <= limit),
  ];
  const toBack = Math.max(...times.killToBackMs);
  return [
    atMost('CPU at rest, of one core', idleShare, 0.005, percent),
    ...(busyShare === null ? [] : [atMost('CPU while all panes write', busyShare, 0.005, percent)]),
    atMost('memory of all its processes', memoryMib, 90, (mib) => `${mib.toFixed(0)} MiB`),
    atMost('children at rest', childrenAtRest, 0, String),
    atMost('new session to record, the slowest', Math.max(...times.newToRecordMs), 3_000, (one) => `${ms(one)} ms`),
    ...(scene.agents
      ? []
      : [atMost('killed server to all back, the slowest', toBack, 5_000, (one) => `${ms(one)} ms`)]),
  ];
}

function yesNo(isMet: boolean): string {
  return isMet ? 'yes' : '**no**';
}
