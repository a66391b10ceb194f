import type { Conversation } from '../core/conversation.ts';
import type { Evidence } from '../core/evidence.ts';
import { markEnded } from '../core/mark-ended.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Observation } from '../core/observation.ts';
import { record } from '../core/record.ts';
import { claimMemory } from '../core/remembered-claims.ts';
import type { RosterUser } from '../core/roster.ts';
import { serverEnd, type ServerEnd } from '../core/server-end.ts';
import { readHeartbeat } from '../manifest/heartbeat-file.ts';
import type { Heartbeat } from '../manifest/heartbeat.ts';
import { loadManifest, type LoadedManifest } from '../manifest/load-manifest.ts';
import type { Account } from '../system/account.ts';
import { oomKillsRose, readOomKills, type OomKills } from '../system/oom-kills.ts';
import { StateReadError } from '../system/state-error.ts';
import { readTmuxTerminals, type TmuxTerminalsByServer } from '../system/utmp.ts';
import { isServerAlive } from '../tmux/is-server-alive.ts';
import type { Context } from './context.ts';
import { observeUsers } from './observe-users.ts';

/** One user as found: what was stored, what is there now, and the record that follows from both. */
export interface Assessment {
  readonly rosterUser: RosterUser;
  /** null when the user has no account on this host. */
  readonly account: Account | null;
  readonly observation: Observation;
  /** The one time that the record, its snapshot and the heartbeat bear. */
  readonly seenAt: string;
  readonly stored: LoadedManifest;
  readonly heartbeat: Heartbeat | null;
  readonly evidence: Evidence;
  readonly oomKills: OomKills | null;
  /** Those that the login records give the server that answered; null when they give it none. */
  readonly terminals: Heartbeat['terminals'];
  /** What `record` makes of it; not stored by looking. */
  readonly manifest: Manifest | null;
}

/**
 * Looks at every given user and works out their next record. Reads only.
 *
 * `lostOf` names conversations that were just tried and did not come back.
 */
export async function assessUsers(
  context: Context,
  users: readonly RosterUser[],
  lostOf: (user: string) => readonly Conversation[] = () => [],
): Promise<readonly Assessment[]> {
  const loaded = new Map(users.map(({ name }) => [name, load(context, name)] as const));
  const observations = await observeUsers(context, users, (user) => {
    const stored = loaded.get(user);
    return claimMemory(stored?.kind === 'loaded' ? stored.manifest : null, context.host.bootId);
  });
  const recorded = readTmuxTerminals();
  return users.map((rosterUser) => {
    const { name } = rosterUser;
    const account = context.accounts.get(name) ?? null;
    const observation = observations.get(name) ?? noAccount;
    return assess(context, { rosterUser, account, observation, recorded, lost: lostOf(name) }, loaded.get(name));
  });
}

const noAccount: Observation = { kind: 'absent', socket: 'missing' };
const nothingStored: LoadedManifest = {
  manifest: null,
  origin: { kind: 'none' },
  damaged: [],
  diagnostics: [],
};

interface Seen {
  readonly rosterUser: RosterUser;
  readonly account: Account | null;
  readonly observation: Observation;
  /** The login records of all tmux servers. */
  readonly recorded: TmuxTerminalsByServer | null;
  readonly lost: readonly Conversation[];
}

type Loading =
  (LoadedManifest & { readonly kind: 'loaded' }) | { readonly kind: 'unreadable'; readonly reason: string };

function assess(context: Context, seen: Seen, loaded: Loading | undefined): Assessment {
  if (loaded?.kind !== 'unreadable') return assessed(context, seen, loaded ?? nothingStored);
  const observation: Observation = { kind: 'unknown', reason: loaded.reason };
  return { ...assessed(context, { ...seen, observation }, nothingStored), manifest: null };
}

/** State that cannot be read is not absent: the user is unknown, and nothing is planned or saved for them. */
function load(context: Context, user: string): Loading {
  const { stateDirectory: stateDir, legacyDirectory: legacyDir, host, accounts } = context;
  try {
    return {
      kind: 'loaded',
      ...loadManifest({ stateDir, user, account: accounts.get(user) ?? null, legacyDir, host }),
    };
  } catch (error) {
    if (error instanceof StateReadError) return { kind: 'unreadable', reason: error.message };
    throw error;
  }
}

function assessed(context: Context, seen: Seen, stored: LoadedManifest): Assessment {
  const { rosterUser, account, observation, recorded, lost } = seen;
  const heartbeat = readHeartbeat(context.stateDirectory, rosterUser.name);
  const serverPid = observation.kind === 'observed' ? (observation.server?.pid ?? null) : null;
  const oomKills = account === null ? null : readOomKills({ uid: account.uid, serverPid });
  const evidence: Evidence = {
    bootId: context.host.bootId,
    oomKilled: oomKillsRose(heartbeat?.oomKills ?? null, oomKills),
    serverEnd: endOf(stored.manifest, heartbeat, recorded, context.host.bootId),
    recentSaves: heartbeat?.recentSaves ?? [],
  };
  const seenAt = context.now().toISOString();
  const terminals = serverPid === null ? null : terminalsOf(serverPid, recorded);
  const found = { rosterUser, account, observation, seenAt, stored, heartbeat, evidence, oomKills, terminals };
  if (account === null) return { ...found, manifest: stored.manifest };
  const origin = { user: account.name, uid: account.uid, host: context.host.hostname };
  const previous = stored.manifest === null ? null : markEnded(stored.manifest, lost, seenAt);
  const manifest = record(previous, observation, evidence, seenAt, origin);
  return { ...found, manifest };
}

function endOf(
  previous: Manifest | null,
  heartbeat: Heartbeat | null,
  recorded: TmuxTerminalsByServer | null,
  bootId: string,
): ServerEnd | null {
  const server = previous?.server ?? null;
  const isAlive = server !== null && isServerAlive(server.pid);
  return serverEnd({ previous, bootId, isAlive, remembered: heartbeat?.terminals ?? null, recorded });
}

function terminalsOf(serverPid: number, recorded: TmuxTerminalsByServer | null): Heartbeat['terminals'] {
  const lines = recorded?.get(serverPid)?.open ?? [];
  return lines.length === 0 ? null : { serverPid, lines };
}
