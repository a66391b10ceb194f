import type { Boot } from '../../core/boot.ts';
import type { Ending, KillReport, ProcessKill, ServerEnd } from '../../core/endings.ts';
import { type Evidence, serverEnd } from '../../core/record/evidence.ts';
import { lostProcesses } from '../../core/record/loss.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { Observation } from '../../core/observation.ts';
import { readEndings } from '../../state/endings.ts';
import type { Heartbeat, ServerTerminals } from '../../state/heartbeat.ts';
import type { LoadedManifest } from '../../state/load-manifest.ts';
import { isWatchRunning, readWatchState } from '../../state/watch-state.ts';
import type { Account } from '../../system/host/accounts.ts';
import { type OomKills, oomKillsRose, readOomKills } from '../../system/host/memory.ts';
import type { TmuxTerminalsByServer } from '../../system/host/utmp.ts';
import { isServerAlive } from '../../tmux/call-tmux.ts';
import type { Context } from '../context.ts';

interface EvidenceRequest {
  readonly user: string;
  readonly account: Account | null;
  readonly observation: Observation;
  readonly stored: LoadedManifest;
  readonly heartbeat: Heartbeat | null;
  /** The login records of all tmux servers; null when the host keeps none. */
  readonly recorded: TmuxTerminalsByServer | null;
  /** What the logs say of kills since the last save. */
  readonly reports: readonly KillReport[];
}

/** The evidence of one look at a user, and the readings that the next look compares with. */
export interface FoundEvidence {
  readonly evidence: Omit<Evidence, 'made'>;
  readonly oomKills: OomKills | null;
  readonly terminals: ServerTerminals | null;
  readonly furtherTerminals: readonly ServerTerminals[];
}

/** Collects what the host tells about a user's losses. Throws HostReadError and StateReadError. */
export function evidenceOf(context: Context, request: EvidenceRequest): FoundEvidence {
  const { user, account, observation, stored, heartbeat, recorded, reports } = request;
  const { host } = context;
  const previous = stored.manifest;
  const serverPid = observation.kind === 'observed' ? (observation.server?.pid ?? null) : null;
  const oomKills = account === null ? null : readOomKills({ uid: account.uid, serverPid });
  const endings = readEndings(context.stateDirectory, user, host);
  const evidence = {
    bootId: host.bootId,
    initStartTime: host.initStartTime,
    oomKilled: oomKillsRose(heartbeat?.oomKills ?? null, oomKills) && !areAllKillsKnown(context, heartbeat),
    kills: [...endings.filter(isKill), ...killsIn(reports, previous, observation)],
    serverEndings: endings.filter((one) => one.kind === 'server-end'),
    serverEnd: endOf(previous, heartbeat?.terminals ?? null, recorded, host),
    furtherEnds: furtherEndsOf(previous, heartbeat, recorded, host),
    recentSaves: heartbeat?.recentSaves ?? [],
  };
  // A run that does not look at other sockets keeps what is remembered of them.
  const isLimited = observation.beside === undefined;
  const seenFurther = (observation.beside?.managed ?? []).flatMap(({ observation: server }) => {
    const pid = server.kind === 'observed' ? (server.server?.pid ?? null) : null;
    return (pid === null ? null : terminalsOf(pid, recorded)) ?? [];
  });
  return {
    evidence,
    oomKills,
    terminals: serverPid === null ? null : terminalsOf(serverPid, recorded),
    furtherTerminals: isLimited ? (heartbeat?.furtherTerminals ?? []) : seenFurther,
  };
}

/** Whoever sets the clock makes an age wrong. A report that is too old harms nothing: it names another process. */
const marginMs = 10 * 60_000;

/**
 * Reads what the logs say of kills since the records of these users were last known to be true. It asks no log when
 * nothing was lost, which is the usual case.
 */
export async function reportsOfLosses(
  { readKills, host, now }: Context,
  users: readonly (readonly [Manifest | null, Heartbeat | null, Observation])[],
): Promise<readonly KillReport[]> {
  const nowMs = now().getTime();
  const agesMs = users.flatMap(([manifest, heartbeat, observation]) => {
    if (manifest === null || manifest.bootId !== host.bootId) return [];
    if (lostProcesses(manifest, observation).length === 0) return [];
    return [nowMs - Date.parse(heartbeat?.lastGood?.time ?? manifest.takenAt)];
  });
  return agesMs.length === 0 ? [] : readKills(Math.max(...agesMs) + marginMs);
}

/** Whether the watch has read the kernel's log without a gap since the last save, so that each kill has its name. */
function areAllKillsKnown({ stateDirectory, host, now }: Context, heartbeat: Heartbeat | null): boolean {
  const watch = readWatchState(stateDirectory);
  if (watch === null || watch.kernelLogSince === null) return false;
  const isCovered = watch.kernelLogSince <= (heartbeat?.lastGood?.time ?? '');
  return isCovered && isWatchRunning(watch, { nowMs: now().getTime(), bootId: host.bootId });
}

function isKill(ending: Ending): ending is ProcessKill {
  return ending.kind === 'process-kill';
}

/** A control group is no process. Only the watch knows which processes were in it. */
function killsIn(
  reports: readonly KillReport[],
  previous: Manifest | null,
  observation: Observation,
): readonly ProcessKill[] {
  const lost = reports.length === 0 ? [] : lostProcesses(previous, observation);
  return reports.flatMap(({ at, killer, victim }) =>
    victim.kind === 'cgroup'
      ? []
      : lost
          .filter(({ pid }) => pid === victim.pid)
          .map(({ pid, startTime }): ProcessKill => ({ kind: 'process-kill', at, pid, startTime, killer })),
  );
}

function endOf(
  previous: (Boot & Pick<Manifest, 'server'>) | null,
  remembered: ServerTerminals | null,
  recorded: TmuxTerminalsByServer | null,
  boot: Boot,
): ServerEnd | null {
  const server = previous?.server ?? null;
  const isAlive = server !== null && isServerAlive(server.pid);
  return serverEnd({ previous, boot, isAlive, remembered, recorded });
}

function furtherEndsOf(
  previous: Manifest | null,
  heartbeat: Heartbeat | null,
  recorded: TmuxTerminalsByServer | null,
  boot: Boot,
): ReadonlyMap<string, ServerEnd | null> {
  const servers = previous?.furtherServers ?? [];
  return new Map(
    servers.map((server) => {
      const remembered = heartbeat?.furtherTerminals?.find(({ serverPid }) => serverPid === server.pid) ?? null;
      return [server.socket, previous === null ? null : endOf({ ...previous, server }, remembered, recorded, boot)];
    }),
  );
}

function terminalsOf(serverPid: number, recorded: TmuxTerminalsByServer | null): ServerTerminals | null {
  const lines = recorded?.get(serverPid)?.open ?? [];
  return lines.length === 0 ? null : { serverPid, lines };
}
