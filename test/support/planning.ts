import type { Action } from '../../src/core/plan/action.ts';
import { candidatesOf } from '../../src/core/plan/candidate.ts';
import { panesOf, type SessionEntry } from '../../src/core/manifest.ts';
import { planUser, type UserSituation } from '../../src/core/plan/plan-user.ts';
import { defaultPolicy, type Policy, type RosterUser } from '../../src/core/roster.ts';
import { nothingSelected, type Selection } from '../../src/core/plan/selection.ts';
import { manifest, selected, situation } from './builders.ts';

export function plannedFor(
  entries: readonly SessionEntry[],
  overrides: Partial<UserSituation> = {},
): readonly Action[] {
  return planUser(situation(entries, overrides));
}

export function kinds(entries: readonly SessionEntry[], overrides: Partial<UserSituation> = {}): readonly string[] {
  return plannedFor(entries, overrides).map((action) => action.action);
}

/** The arguments of `plannedFor` when `--session NAME` was given. */
export function named(
  entries: readonly SessionEntry[],
  name: string,
  more: Partial<Selection> = {},
  conversation: string | null = null,
): [readonly SessionEntry[], Pick<UserSituation, 'candidates' | 'selection'>] {
  const candidates = candidatesOf(manifest(entries)).map((candidate) =>
    candidate.session.name === name && !(candidate.state === 'live' && entries.length > 1)
      ? selected(candidate, conversation)
      : candidate,
  );
  return [entries, { candidates, selection: select({ ...more, sessions: [name] }) }];
}

export function select(overrides: Partial<Selection>): Selection {
  return { ...nothingSelected, ...overrides };
}

export function rosterUser(overrides: Partial<RosterUser> = {}, policy: Partial<Policy> = {}): RosterUser {
  return {
    name: 'emo',
    logins: [],
    parked: false,
    isAdmin: false,
    mistake: null,
    ...overrides,
    policy: { ...defaultPolicy, ...policy },
  };
}

/** The conversations that the panes of a created session start. */
export function started(action: Action | undefined): readonly (string | null)[] {
  if (action?.action !== 'create' && action?.action !== 'conflict') throw new Error('an action that starts was wanted');
  return panesOf(action).map((pane) => pane.conversation?.id ?? null);
}
