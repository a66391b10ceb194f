import type { Evidence } from '../core/evidence.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Observation } from '../core/observation.ts';
import { record } from '../core/record.ts';
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

/** Looks at every given user and works out their next record. Reads only. */
export async function assessUsers(context: Context, users: readonly RosterUser[]): Promise<readonly Assessment[]> {
  const observations = await observeUsers(context, users);
  return users.map((user) => {
    const account = context.accounts.get(user.name) ?? null;
    return assess(context, user, account, observations.get(user.name) ?? noAccount);
  });
}

const noAccount: Observation = { kind: 'absent', socket: 'missing' };
const nothingStored: LoadedManifest = { manifest: null, origin: { kind: 'none' }, diagnostics: [] };

function assess(context: Context, rosterUser: RosterUser, account: Account | null, seen: Observation): Assessment {
  const loaded = load(context, rosterUser.name, account);
  if (loaded instanceof StateReadError) {
    const observation: Observation = { kind: 'unknown', reason: loaded.message };
    return { ...assessed(context, rosterUser, account, observation, nothingStored), manifest: null };
  }
  return assessed(context, rosterUser, account, seen, loaded);
}

/** State that cannot be read is not absent: the user is unknown, and nothing is planned or saved for them. */
function load(context: Context, user: string, account: Account | null): LoadedManifest | StateReadError {
  const { stateDirectory: stateDir, legacyDirectory: legacyDir, host } = context;
  try {
    return loadManifest({ stateDir, user, account, legacyDir, host });
  } catch (error) {
    if (error instanceof StateReadError) return error;
    throw error;
  }
}

function assessed(
  context: Context,
  rosterUser: RosterUser,
  account: Account | null,
  observation: Observation,
  stored: LoadedManifest,
): Assessment {
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
  const manifest = record(stored.manifest, observation, evidence, seenAt, origin);
  return { ...found, manifest };
}
