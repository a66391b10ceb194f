import type { KillReport } from '../../core/endings.ts';
import { livingProcesses } from '../../core/record/loss.ts';
import { type Manifest, type Pane, panesOf } from '../../core/manifest.ts';
import { cgroupOf, isInCgroup } from '../../system/host/cgroups.ts';

/** A process of a recorded session, or the server of some. */
export interface WatchedProcess {
  /** `shell`: the process of a pane in which no agent runs; `pane`: that of any other one. */
  readonly kind: 'shell' | 'pane' | 'agent' | 'server';
  readonly user: string;
  readonly pid: number;
  /** Clock ticks since boot, as text; null for a server. */
  readonly startTime: string | null;
  /** Its control group, as a path below the root; null when that is not known. */
  readonly cgroup: string | null;
}

/** The processes whose end the watch notices by itself, and recognises when a log names them. */
export interface WatchedProcesses {
  /** Replaces what is known of a user by what a save has found; returns whether a process has ended. */
  readonly update: (user: string, manifest: Manifest | null) => boolean;
  /** Forgets the users that are not among these. */
  readonly keepOnly: (users: readonly string[]) => void;
  /** The living processes, as of the last save. */
  readonly alive: () => readonly WatchedProcess[];
  /** Everything that the victim of a kill can be: processes that live, and those that ended lately. */
  readonly victimsOf: (report: KillReport) => readonly WatchedProcess[];
  /** The same without the living, one of which may have the pid of a victim by now. */
  readonly endedVictimsOf: (report: KillReport) => readonly WatchedProcess[];
}

/** A log may name a process a while after its end. */
const rememberedEnds = 2_000;

export function watchedProcesses(): WatchedProcesses {
  const byUser = new Map<string, ReadonlyMap<string, WatchedProcess>>();
  let ended: readonly WatchedProcess[] = [];
  const alive = (): readonly WatchedProcess[] => [...byUser.values()].flatMap((processes) => [...processes.values()]);
  const bury = (processes: Iterable<WatchedProcess>): void => {
    ended = [...ended, ...processes].slice(-rememberedEnds);
  };
  return {
    update: (user, manifest) => {
      const before = byUser.get(user) ?? new Map<string, WatchedProcess>();
      const now = new Map(
        processesIn(manifest).map((one) => {
          const known = before.get(keyOf(one));
          return [keyOf(one), known === undefined ? met(user, one) : { ...known, kind: one.kind }];
        }),
      );
      const gone = [...before].flatMap(([key, process]) => (now.has(key) ? [] : [process]));
      bury(gone);
      byUser.set(user, now);
      return gone.length > 0;
    },
    keepOnly: (users) => {
      for (const user of byUser.keys()) if (!users.includes(user)) byUser.delete(user);
    },
    alive,
    victimsOf: (report) => victimsAmong([...ended, ...alive()], report),
    endedVictimsOf: (report) => victimsAmong(ended, report),
  };
}

function victimsAmong(processes: readonly WatchedProcess[], { victim }: KillReport): readonly WatchedProcess[] {
  return processes.filter((process) =>
    victim.kind === 'process'
      ? process.pid === victim.pid
      : process.cgroup !== null && isInCgroup(process.cgroup, victim.cgroup),
  );
}

type Identity = Pick<WatchedProcess, 'kind' | 'pid' | 'startTime'>;

function processesIn(manifest: Manifest | null): readonly Identity[] {
  if (manifest === null) return [];
  const live = manifest.sessions.filter(({ state }) => state === 'live');
  const servers = [...(manifest.server === null ? [] : [manifest.server]), ...manifest.furtherServers];
  return [
    ...live.flatMap((entry) => panesOf(entry).flatMap(processesOfPane)),
    ...servers.map(({ pid }): Identity => ({ kind: 'server', pid, startTime: null })),
  ];
}

function processesOfPane(pane: Pane): readonly Identity[] {
  const living = livingProcesses(pane);
  const ofPane = living.some((one) => one !== pane.process) ? 'pane' : 'shell';
  return living.map((one) => ({ kind: one === pane.process ? ofPane : 'agent', ...one }));
}

/** The control group is read once, because a process has none any more when it matters. */
function met(user: string, { kind, pid, startTime }: Identity): WatchedProcess {
  return { kind, user, pid, startTime, cgroup: cgroupOf(pid) };
}

function keyOf({ pid, startTime }: Identity): string {
  return `${pid} ${startTime ?? 'server'}`;
}
