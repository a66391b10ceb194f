import type { Action } from '../../../src/core/plan/action.ts';
import { candidatesOf } from '../../../src/core/plan/candidate.ts';
import { panesOf, type SessionEntry } from '../../../src/core/manifest.ts';
import type { Observation, ObservedSession } from '../../../src/core/observation.ts';
import type { AppliedPlan, Outcome } from '../../../src/core/plan/outcome.ts';
import { plan, type Plan, type PlannedUser } from '../../../src/core/plan/plan.ts';
import { defaultPolicy } from '../../../src/core/roster.ts';
import { nothingSelected } from '../../../src/core/plan/selection.ts';
import { noUnits } from '../../../src/core/units/units.ts';
import {
  claude,
  conversationIds,
  sampleAgent,
  sampleGone,
  sampleLive,
  sampleManifest,
  sampleWindows,
} from '../../state/sample-manifest.ts';

export const serverDied: Observation = { kind: 'absent', socket: 'stale' };

/** What tmux would show for these entries. */
export function observedFrom(entries: readonly SessionEntry[]): Observation {
  const sessions = entries.map((entry): ObservedSession => ({
    name: entry.name,
    tmuxId: entry.tmuxId ?? '$0',
    createdAt: entry.createdAt ?? entry.lastSeenAt,
    path: entry.path,
    sharesWindowsOf: entry.sharesWindowsOf,
    sharedWindow: entry.sharedWindow,
    sharedLastWindow: entry.sharedLastWindow,
    links: entry.links,
    settings: entry.settings,
    managed: true,
    windows: entry.windows,
    idlePanes: panesOf(entry).flatMap(({ tmuxId }) => tmuxId ?? []),
    deadPanes: [],
    stamped: null,
  }));
  return { kind: 'observed', server: { pid: 4242, startTime: 1_795_000_000 }, configFiles: null, sessions };
}

export function samplePlannedUser(
  name: string,
  entries: readonly SessionEntry[],
  facts: Partial<PlannedUser> = {},
): PlannedUser {
  return {
    rosterUser: { name, logins: [], parked: false, isAdmin: false, mistake: null, policy: defaultPolicy },
    hasAccount: true,
    observation: serverDied,
    candidates: candidatesOf(sampleManifest(entries)),
    selection: nothingSelected,
    clockDigits: (time) => time.slice(11, 16).replace(':', ''),
    home: `/home/${name}`,
    snapshot: '20261120T135951',
    configFiles: null,
    ...facts,
  };
}

export function samplePlan(...users: readonly PlannedUser[]): Plan {
  return plan({
    host: 'devvm',
    now: '2026-11-20T14:05:00.000Z',
    roster: { path: '/etc/tmux-persist/roster.yaml', users: users.length },
    givenOptions: [],
    recordsKeeper: 'invoker',
    users,
    units: noUnits,
    diagnostics: [],
  });
}

/** The entries of DESIGN's example: two sessions that a dead server took along, and one that was closed before. */
export const designEntries: readonly SessionEntry[] = [
  sampleGone({
    name: 'R730-cooling',
    windows: [{ cwd: '/home/emo/code/infra', conversation: claude(conversationIds[0]) }, {}, {}].flatMap(
      (pane, index) => sampleWindows(pane).map((window) => ({ ...window, index, active: index === 0 })),
    ),
  }),
  sampleGone({ name: 'notes' }),
  sampleGone({
    name: 'scratch',
    cause: 'closed',
    goneAt: '2026-11-20T13:20:00.000Z',
    windows: sampleWindows({ cwd: '/home/emo' }),
  }),
];

/** An agent of a known conversation, one of which that cannot be told, and one that nobody has spoken to. */
export const agentEntries: readonly SessionEntry[] = [
  sampleGone({
    name: 'known',
    windows: sampleWindows({
      conversation: claude(conversationIds[0]),
      agent: sampleAgent({ kind: 'conversation', source: 'registry', confidence: 'certain' }),
    }),
  }),
  sampleGone({
    name: 'unsure',
    windows: sampleWindows({
      agent: sampleAgent({ kind: 'unidentified', reason: 'two conversations are as likely' }),
    }),
  }),
  sampleGone({ name: 'fresh', windows: sampleWindows({ agent: sampleAgent({ kind: 'fresh' }) }) }),
];

/** A conversation that was lost, and a live session of its name without it. */
export const conflictEntries: readonly SessionEntry[] = [
  sampleLive({ name: 'notes' }),
  sampleGone({ name: 'notes', windows: sampleWindows({ conversation: claude(conversationIds[0]) }) }),
];

/** Acts on every pending action of a plan with the outcome that is given for its session. */
export function sampleApplied(
  acted: Plan,
  outcomeFor: (action: Action) => Outcome | undefined,
  facts: Partial<AppliedPlan> = {},
): AppliedPlan {
  const outcomes = new Map<Action, Outcome>();
  for (const action of acted.users.flatMap((user) => user.actions)) {
    const outcome = outcomeFor(action);
    if (outcome !== undefined) outcomes.set(action, outcome);
  }
  return {
    plan: acted,
    outcomes,
    unitOutcomes: new Map(),
    diagnostics: acted.diagnostics,
    complete: acted.complete,
    ...facts,
  };
}
