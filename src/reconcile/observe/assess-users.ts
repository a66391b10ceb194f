import type { Diagnostic } from '../../core/diagnostic.ts';
import { claimMemory } from '../../core/record/assign-conversations.ts';
import { type LostConversation, markEnded } from '../../core/record/ended-conversations.ts';
import type { KillReport } from '../../core/endings.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { Observation } from '../../core/observation.ts';
import { withIntendedCloses } from '../../core/record/intended-closes.ts';
import { recordServers } from '../../core/record/record-servers.ts';
import type { RosterUser } from '../../core/roster.ts';
import type { MadeSession } from '../../core/record/same-session.ts';
import { furtherSocketsOf } from '../../core/servers.ts';
import { readClosings } from '../../state/closings.ts';
import { type Heartbeat, readHeartbeat, type ServerTerminals } from '../../state/heartbeat.ts';
import { type LoadedManifest, loadManifest, type LoadManifestRequest } from '../../state/load-manifest.ts';
import type { Account } from '../../system/host/accounts.ts';
import type { OomKills } from '../../system/host/memory.ts';
import { type Attempt, attemptRead } from '../../system/files/read-file.ts';
import { readTmuxTerminals, type TmuxTerminalsByServer } from '../../system/host/utmp.ts';
import type { Context } from '../context.ts';
import { meantAccount, missingAccountWords } from '../missing-account.ts';
import { observeUsers, type SettingsLook } from './observe-users.ts';
import { evidenceOf, reportsOfLosses } from './read-evidence.ts';

/** The findings about one user: the stored record, the observation, and the next record that follows from both. */
export interface Assessment {
  readonly rosterUser: RosterUser;
  /** null when the user has no account on this host. */
  readonly account: Account | null;
  readonly observation: Observation;
  /** The common time of the record, its snapshot and the heartbeat. */
  readonly seenAt: string;
  readonly stored: LoadedManifest;
  readonly heartbeat: Heartbeat | null;
  /** Whether a heartbeat exists that could not be read, so that no run may replace it. */
  readonly isHeartbeatHidden: boolean;
  readonly oomKills: OomKills | null;
  /** The terminals of the observed server in the login records; null when they list none. */
  readonly terminals: Heartbeat['terminals'];
  /** The same for the observed servers on other sockets that have any. */
  readonly furtherTerminals: readonly ServerTerminals[];
  /** The next manifest that `record` returns; an assessment does not store it. */
  readonly manifest: Manifest | null;
}

/**
 * Observes every given user and works out their next record. Reads only.
 *
 * `actedOn` tells what this run has just done for a user. `load` reads the records, for a run that needs them, too.
 */
export async function assessUsers(
  context: Context,
  users: readonly RosterUser[],
  settings: SettingsLook,
  actedOn: (user: string) => Acted = () => nothingDone,
  load: (request: LoadManifestRequest) => LoadedManifest = loadManifest,
): Promise<readonly Assessment[]> {
  const loaded = new Map(users.map(({ name }) => [name, attemptRead(() => load(recordsOf(context, name)))] as const));
  const manifestOf = (user: string): Manifest | null => {
    const stored = loaded.get(user);
    return stored?.kind === 'read' ? stored.value.manifest : null;
  };
  const observations = await observeUsers(
    context,
    users,
    settings,
    (user) => claimMemory(manifestOf(user), context.host),
    (user) => furtherSocketsOf(manifestOf(user)),
  );
  const recorded = attemptRead(() => readTmuxTerminals());
  const heartbeats = new Map(
    users.map(({ name }) => [name, attemptRead(() => readHeartbeat(context.stateDirectory, name))] as const),
  );
  const reports = await reportsOfLosses(
    context,
    users.map(({ name }) => {
      const heartbeat = heartbeats.get(name);
      const noted = heartbeat?.kind === 'read' ? heartbeat.value : null;
      return [manifestOf(name), noted, observations.get(name) ?? noAccount];
    }),
  );
  return users.map((rosterUser) => {
    const { name } = rosterUser;
    const account = context.accounts.get(name) ?? null;
    const observation = observations.get(name) ?? noAccount;
    const seen = { rosterUser, account, observation, acted: actedOn(name), reports };
    const stored = loaded.get(name) ?? { kind: 'read', value: nothingStored };
    return assess(context, seen, {
      stored,
      recorded,
      heartbeat: heartbeats.get(name) ?? { kind: 'read', value: null },
    });
  });
}

/** What a run has done for a user since its observation. */
export interface Acted {
  readonly made: readonly MadeSession[];
  /** Conversations that were tried and did not come back. */
  readonly lost: readonly LostConversation[];
}

const nothingDone: Acted = { made: [], lost: [] };

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
  readonly acted: Acted;
  /** What the logs say of kills; empty when nothing was lost. */
  readonly reports: readonly KillReport[];
}

interface Read {
  readonly stored: LoadedManifest;
  readonly heartbeat: Heartbeat | null;
  /** The login records of all tmux servers. */
  readonly recorded: TmuxTerminalsByServer | null;
}

/** A failed read does not mean absence: the user becomes unknown, and nothing is planned or saved for them. */
function assess(
  context: Context,
  seen: Seen,
  { stored, heartbeat, recorded }: { readonly [Part in keyof Read]: Attempt<Read[Part]> },
): Assessment {
  if (stored.kind === 'read' && heartbeat.kind === 'read' && recorded.kind === 'read') {
    const read = { stored: stored.value, heartbeat: heartbeat.value, recorded: recorded.value };
    const assessment = attemptRead(() => assessed(context, seen, read));
    return assessment.kind === 'read' ? assessment.value : unknown(context, seen, read, assessment.reason);
  }
  const [reason = ''] = [stored, heartbeat, recorded].flatMap((one) => (one.kind === 'read' ? [] : [one.reason]));
  const read = {
    stored: stored.kind === 'read' ? stored.value : nothingStored,
    heartbeat: heartbeat.kind === 'read' ? heartbeat.value : null,
  };
  return { ...unknown(context, seen, read, reason), isHeartbeatHidden: heartbeat.kind !== 'read' };
}

/** Where the records of a user are. */
export function recordsOf(context: Context, user: string): LoadManifestRequest {
  const { stateDirectory: stateDir, legacyDirectory: legacyDir, host, accounts } = context;
  return { stateDir, user, account: accounts.get(user) ?? null, legacyDir, host };
}

function unknown(
  context: Context,
  { rosterUser, account }: Seen,
  { stored, heartbeat }: Pick<Read, 'stored' | 'heartbeat'>,
  reason: string,
): Assessment {
  return {
    rosterUser,
    account,
    observation: { kind: 'unknown', reason },
    seenAt: context.now().toISOString(),
    stored,
    heartbeat,
    isHeartbeatHidden: false,
    oomKills: null,
    terminals: null,
    furtherTerminals: [],
    manifest: stored.manifest,
  };
}

function assessed(
  context: Context,
  { rosterUser, account, observation, acted, reports }: Seen,
  read: Read,
): Assessment {
  const { stored, heartbeat } = read;
  const found = evidenceOf(context, { ...read, user: rosterUser.name, account, observation, reports });
  const seenAt = context.now().toISOString();
  const { oomKills, terminals, furtherTerminals } = found;
  const facts = { rosterUser, account, observation, seenAt, stored, heartbeat, isHeartbeatHidden: false };
  const seen = { ...facts, oomKills, terminals, furtherTerminals };
  if (account === null) return { ...seen, manifest: stored.manifest };
  const origin = { user: account.name, uid: account.uid, host: context.host.hostname };
  const previous = stored.manifest === null ? null : markEnded(stored.manifest, acted.lost, seenAt);
  const evidence = { ...found.evidence, made: acted.made };
  const manifest = recordServers(previous, observation, evidence, seenAt, origin);
  if (manifest === null) return { ...seen, manifest };
  return { ...seen, manifest: withIntendedCloses(manifest, readClosings(context.stateDirectory, account.name)) };
}

/** All diagnostics of the run so far, in the order of the users. */
export function diagnosticsOf(context: Context, assessments: readonly Assessment[]): readonly Diagnostic[] {
  return [
    ...context.diagnostics,
    ...assessments.flatMap(({ rosterUser, account, observation, stored }): readonly Diagnostic[] => {
      const user = rosterUser.name;
      const found = [...stored.diagnostics];
      if (account === null) {
        const message = missingAccountWords(meantAccount(user, context));
        found.push({ severity: 'warning', code: 'no-account', user, message });
      }
      if (observation.kind === 'unknown') {
        found.push({ severity: 'error', code: 'unknown', user, message: `tmux is unknown: ${observation.reason}` });
      }
      return found;
    }),
  ];
}
