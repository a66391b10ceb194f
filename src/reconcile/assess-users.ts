import type { Conversation } from '../core/conversation.ts';
import type { Evidence } from '../core/evidence.ts';
import { markEnded } from '../core/mark-ended.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Observation } from '../core/observation.ts';
import { record } from '../core/record.ts';
import { claimMemory } from '../core/remembered-claims.ts';
import type { RosterUser } from '../core/roster.ts';
import { readHeartbeat } from '../manifest/heartbeat-file.ts';
import type { Heartbeat } from '../manifest/heartbeat.ts';
import { loadManifest, type LoadedManifest } from '../manifest/load-manifest.ts';
import type { Account } from '../system/account.ts';
import { oomKillsRose, readOomKills, type OomKills } from '../system/oom-kills.ts';
import { StateReadError } from '../system/state-error.ts';
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
  return users.map((user) => {
    const seen = observations.get(user.name) ?? noAccount;
    return assess(context, user, seen, loaded.get(user.name), lostOf(user.name));
  });
}

const noAccount: Observation = { kind: 'absent', socket: 'missing' };
const nothingStored: LoadedManifest = { manifest: null, origin: { kind: 'none' }, diagnostics: [] };

type Loading =
  (LoadedManifest & { readonly kind: 'loaded' }) | { readonly kind: 'unreadable'; readonly reason: string };

function assess(
  context: Context,
  user: RosterUser,
  seen: Observation,
  loaded: Loading | undefined,
  lost: readonly Conversation[],
): Assessment {
  if (loaded?.kind !== 'unreadable') return assessed(context, user, seen, loaded ?? nothingStored, lost);
  const observation: Observation = { kind: 'unknown', reason: loaded.reason };
  return { ...assessed(context, user, observation, nothingStored, lost), manifest: null };
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

function assessed(
  context: Context,
  rosterUser: RosterUser,
  observation: Observation,
  stored: LoadedManifest,
  lost: readonly Conversation[],
): Assessment {
  const account = context.accounts.get(rosterUser.name) ?? null;
  const heartbeat = readHeartbeat(context.stateDirectory, rosterUser.name);
  const serverPid = observation.kind === 'observed' ? (observation.server?.pid ?? null) : null;
  const oomKills = account === null ? null : readOomKills({ uid: account.uid, serverPid });
  const evidence: Evidence = {
    bootId: context.host.bootId,
    oomKilled: oomKillsRose(heartbeat?.oomKills ?? null, oomKills),
    recentSaves: heartbeat?.recentSaves ?? [],
  };
  const seenAt = context.now().toISOString();
  const found = { rosterUser, account, observation, seenAt, stored, heartbeat, evidence, oomKills };
  if (account === null) return { ...found, manifest: stored.manifest };
  const origin = { user: account.name, uid: account.uid, host: context.host.hostname };
  const previous = stored.manifest === null ? null : markEnded(stored.manifest, lost, seenAt);
  const manifest = record(previous, observation, evidence, seenAt, origin);
  return { ...found, manifest };
}
