import { type Action, isPending } from '../../core/plan/action.ts';
import { panesOf } from '../../core/manifest.ts';
import type { Observation } from '../../core/observation.ts';
import type { UserPlan } from '../../core/plan/plan.ts';
import { nothingSelected } from '../../core/plan/selection.ts';
import { sessionsOnAll } from '../../core/servers.ts';
import {
  type AgentCounts,
  type SessionCounts,
  type Status,
  tallyOf,
  type UserStatus,
} from '../../core/report/status.ts';
import { judgeUnits } from '../../core/units/unit-health.ts';
import { noUnits } from '../../core/units/units.ts';
import { type HealingStatus, healingStatus, noHealing, recentKills } from '../../core/report/watch-status.ts';
import { type Heartbeat, readHeartbeat } from '../../state/heartbeat.ts';
import { loadManifest } from '../../state/load-manifest.ts';
import { readHeals } from '../../state/heals.ts';
import { listStoredUsers } from '../../state/state-paths.ts';
import { attemptRead } from '../../system/files/read-file.ts';
import { makePlan } from '../apply/make-plan.ts';
import type { Context } from '../context.ts';
import { type Assessment, assessUsers } from './assess-users.ts';
import { lookAtUnits, unitsPlanOf } from './look-at-units.ts';
import { lookAtWatch } from './look-at-watch.ts';

interface StatusOptions {
  /** Whether to list users who have state but are not in the roster. */
  readonly withStrangers: boolean;
  readonly withUnits: boolean;
}

/** Reports for every user what runs, what is lost, and how old the last good save is. Reads only. */
export async function reportStatus(context: Context, { withStrangers, withUnits }: StatusOptions): Promise<Status> {
  const assessments = await assessUsers(context, context.users, 'leave-out');
  const look = withUnits ? await lookAtUnits(context) : null;
  const units = look === null ? noUnits : unitsPlanOf(look);
  const planning = makePlan(context, assessments, nothingSelected, units);
  if (planning.kind === 'refused') throw new TypeError('a plan without selectors was refused');
  const { plan } = planning;
  const users = plan.users.map((user, at) => statusOf(context, user, assessments[at]));
  const strangers = withStrangers ? strangersIn(context) : [];
  return {
    host: plan.host,
    createdAt: plan.createdAt,
    givenOptions: plan.givenOptions,
    recordsKeeper: plan.recordsKeeper,
    users: [...users, ...strangers.map((name) => strangerStatus(context, name))],
    watch: lookAtWatch(context),
    units: look?.kind === 'observed' ? judgeUnits(look.situation) : null,
    diagnostics: plan.diagnostics,
  };
}

function statusOf(context: Context, user: UserPlan, assessment: Assessment | undefined): UserStatus {
  const { rosterUser, observation, hasAccount } = user;
  return {
    user: rosterUser.name,
    inRoster: true,
    hasAccount,
    parked: rosterUser.parked,
    observation: hasAccount
      ? { kind: observation.kind, reason: observation.kind === 'unknown' ? observation.reason : null }
      : null,
    sessions: countsOf(user.actions),
    furtherServers: (observation.beside?.managed ?? []).flatMap(({ socket, observation: server }) =>
      server.kind === 'observed' ? [{ socket, sessions: server.sessions.length }] : [],
    ),
    unmanagedServers: observation.beside?.unmanaged ?? [],
    agents: hasAccount ? agentsIn(observation) : null,
    gone: tallyOf(assessment?.manifest?.sessions ?? []).gone,
    recentKills: recentKills(assessment?.manifest?.sessions ?? [], context.now().toISOString()),
    healing: readHealing(context, user),
    ...heartbeatFacts(assessment?.heartbeat ?? null),
  };
}

/** Only root and the user may read it, and what a reader may not see is not taken for nothing. */
function readHealing({ stateDirectory }: Context, { rosterUser, actions }: UserPlan): HealingStatus {
  const attempt = attemptRead(() => readHeals(stateDirectory, rosterUser.name));
  if (attempt.kind === 'unreadable') return { kind: 'unknown', reason: attempt.reason };
  const lost = actions.filter(isPending).map(({ candidate }) => candidate.session);
  return healingStatus(attempt.value, ({ name, socket }) =>
    lost.some((one) => one.name === name && one.socket === socket),
  );
}

function countsOf(actions: readonly Action[]): SessionCounts {
  return {
    live: actions.filter(({ action }) => action === 'live').length,
    pending: actions.filter(isPending).length,
    held: actions.filter(({ action }) => action === 'hold').length,
    conflict: actions.filter((one) => one.action === 'conflict' && !one.acts).length,
  };
}

function agentsIn(observation: Observation): AgentCounts | null {
  if (observation.kind === 'unknown') return null;
  const agents = sessionsOnAll(observation).flatMap(({ session }) =>
    panesOf(session).flatMap(({ agent }) => agent ?? []),
  );
  return {
    running: agents.length,
    unidentified: agents.filter(({ found }) => found.kind === 'unidentified').length,
  };
}

function heartbeatFacts(heartbeat: Heartbeat | null): Pick<UserStatus, 'lastGood' | 'lastResult'> {
  return {
    lastGood: heartbeat?.lastGood ?? null,
    lastResult: heartbeat === null ? null : { result: heartbeat.result, reason: heartbeat.reason },
  };
}

function strangersIn(context: Context): readonly string[] {
  const listed = new Set(context.roster.users.map((user) => user.name));
  return listStoredUsers(context.stateDirectory).filter((name) => !listed.has(name));
}

/** A user who left the roster: the records stay, but no run observes them or acts for them. */
function strangerStatus(context: Context, user: string): UserStatus {
  const { stateDirectory: stateDir, host } = context;
  const load = { stateDir, user, account: null, legacyDir: null, host };
  // An unreadable record leaves this user's status empty and does not stop the report about others.
  const stored = attemptRead(() => ({ ...loadManifest(load), heartbeat: readHeartbeat(stateDir, user) }));
  const { manifest, heartbeat } = stored.kind === 'read' ? stored.value : { manifest: null, heartbeat: null };
  const sessions = manifest?.sessions ?? [];
  return {
    user,
    inRoster: false,
    hasAccount: context.accounts.has(user),
    parked: false,
    observation: null,
    sessions: { live: 0, pending: 0, held: sessions.length, conflict: 0 },
    furtherServers: [],
    unmanagedServers: [],
    agents: null,
    gone: tallyOf(sessions).gone,
    recentKills: null,
    healing: noHealing,
    ...heartbeatFacts(heartbeat),
  };
}
