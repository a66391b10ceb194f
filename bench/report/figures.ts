import type { Measurement } from '../measure/measure-pairwise.ts';
import { median } from '../measure/median.ts';
import type { SceneSpec } from '../scene/scene.ts';
import type { Results, Work } from './results.ts';

/** The figures of one contestant that count. */
export interface Figures {
  readonly cpuMs: number;
  readonly bestCpuMs: number;
  readonly wallMs: number;
  readonly serverCpuMs: number | null;
  readonly rounds: number;
}

export function figuresOf({ rounds }: Measurement): Figures {
  const cpu = rounds.map(({ cpuMs }) => cpuMs);
  const servers = rounds.flatMap(({ serverCpuMs }) => serverCpuMs ?? []);
  return {
    cpuMs: median(cpu),
    bestCpuMs: Math.min(...cpu),
    wallMs: median(rounds.map(({ wallMs }) => wallMs)),
    serverCpuMs: servers.length === 0 ? null : median(servers),
    rounds: rounds.length,
  };
}

/** What was measured of a contestant; null when it was not. */
export function find(results: Results, work: Work, scene: SceneSpec, contestant: string): Figures | null {
  const result = results.works.find((one) => one.work === work && isSame(one.scene, scene));
  const measurement = result?.measurements.find((one) => one.contestant === contestant);
  return measurement === undefined || measurement.rounds.length === 0 ? null : figuresOf(measurement);
}

function isSame(one: SceneSpec, other: SceneSpec): boolean {
  return one.users === other.users && one.sessions === other.sessions && one.agents === other.agents;
}

export function sceneName({ users, sessions }: SceneSpec): string {
  return `${users} × ${sessions}`;
}

/** Milliseconds, as exact as they are worth. */
export function ms(figure: number): string {
  return figure < 100 ? figure.toFixed(1) : Math.round(figure).toLocaleString('en');
}

/** A part of one core. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
