import { type Candidate, candidatesOf } from '../../src/core/plan/candidate.ts';
import type { Conversation } from '../../src/core/conversation.ts';
import type { Killer } from '../../src/core/endings.ts';
import type { Evidence } from '../../src/core/record/evidence.ts';
import type {
  Cause,
  GoneEntry,
  LiveEntry,
  Manifest,
  ServerIdentity,
  SessionEntry,
  SessionFacts,
  Window,
} from '../../src/core/manifest.ts';
import type { Observation, ObservedSession } from '../../src/core/observation.ts';
import type { UserSituation } from '../../src/core/plan/plan-user.ts';
import { defaultPolicy } from '../../src/core/roster.ts';
import { nothingSelected } from '../../src/core/plan/selection.ts';
import { noSettings } from '../../src/core/settings.ts';

/** Minutes after noon of the day that the tests play on. */
export function clock(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 20, 12, minutes)).toISOString();
}

export const serverA: ServerIdentity = { pid: 1000, startTime: 1_790_000_000 };
export const serverB: ServerIdentity = { pid: 2000, startTime: 1_790_000_400 };

export function claude(id: string, ended: Conversation['ended'] = null): Conversation {
  return { agent: 'claude', id, ended };
}

export interface SessionSpec extends Partial<Omit<SessionFacts, 'name'>> {
  /** What each pane of its one window holds; one shell pane when not given. Pane ids follow from the session's id. */
  readonly holding?: readonly (Conversation | null)[];
}

interface GoneSpec extends SessionSpec {
  readonly goneAt?: string;
  readonly killer?: Killer | null;
  readonly forgottenAt?: string;
}

export function live(name: string, spec: SessionSpec = {}): LiveEntry {
  return { ...facts(name, spec), state: 'live', cause: null, goneAt: null, killer: null };
}

export function gone(name: string, cause: Cause, spec: GoneSpec = {}): GoneEntry {
  const { goneAt = clock(0), killer = null, forgottenAt, ...rest } = spec;
  const forgetting = forgottenAt === undefined ? {} : { forgottenAt };
  return { ...facts(name, { lastSeenAt: clock(-5), ...rest }), state: 'gone', cause, goneAt, killer, ...forgetting };
}

export function manifest(sessions: readonly SessionEntry[], overrides: Partial<Manifest> = {}): Manifest {
  return {
    user: 'emo',
    uid: 1001,
    host: 'devvm',
    takenAt: clock(0),
    bootId: 'boot-1',
    initStartTime: '7',
    server: serverA,
    furtherServers: [],
    configFiles: null,
    sessions,
    ...overrides,
  };
}

interface ObservedSpec extends SessionSpec {
  readonly managed?: boolean;
  readonly idlePanes?: readonly string[];
  readonly deadPanes?: readonly string[];
  readonly stamped?: Conversation | null;
}

export function seen(name: string, spec: ObservedSpec = {}): ObservedSession {
  const { managed = true, idlePanes = [], deadPanes = [], stamped = null, ...rest } = spec;
  const { lastSeenAt: _, gonePanes: _gone, ...recorded } = facts(name, rest);
  const { tmuxId, createdAt } = recorded;
  return {
    ...recorded,
    tmuxId: tmuxId ?? '$0',
    createdAt: createdAt ?? clock(0),
    managed,
    idlePanes,
    deadPanes,
    stamped,
  };
}

export function observed(sessions: readonly ObservedSession[], server: ServerIdentity | null = serverA): Observation {
  return { kind: 'observed', server, configFiles: null, sessions };
}

export const noServer: Observation = { kind: 'absent', socket: 'missing' };
export const deadServer: Observation = { kind: 'absent', socket: 'stale' };
export const unreadable: Observation = { kind: 'unknown', reason: 'tmux did not answer' };

export function evidence(overrides: Partial<Evidence> = {}): Evidence {
  return {
    bootId: 'boot-1',
    initStartTime: '7',
    oomKilled: false,
    kills: [],
    serverEndings: [],
    serverEnd: null,
    recentSaves: [clock(0), clock(-5)],
    made: [],
    ...overrides,
  };
}

/** A user of the default policy whose tmux runs nothing, deciding about `entries`. */
export function situation(entries: readonly SessionEntry[], overrides: Partial<UserSituation> = {}): UserSituation {
  return {
    rosterUser: { name: 'emo', logins: [], parked: false, isAdmin: false, mistake: null, policy: defaultPolicy },
    hasAccount: true,
    observation: noServer,
    candidates: candidatesOf(manifest(entries)),
    selection: nothingSelected,
    clockDigits: (time) => time.slice(11, 16).replace(':', ''),
    ...overrides,
  };
}

export function selected(candidate: Candidate, conversation: string | null = null): Candidate {
  return { ...candidate, selected: true, selectedConversations: conversation === null ? [] : [conversation] };
}

function facts(name: string, { holding, ...overrides }: SessionSpec): SessionFacts {
  const tmuxId = overrides.tmuxId === undefined ? '$0' : overrides.tmuxId;
  return {
    name,
    socket: null,
    tmuxId,
    createdAt: clock(-60),
    lastSeenAt: clock(0),
    path: '/home/emo',
    sharesWindowsOf: null,
    sharedWindow: null,
    sharedLastWindow: null,
    gonePanes: [],
    links: [],
    settings: noSettings,
    windows: [oneWindow(tmuxId, holding ?? [null])],
    ...overrides,
  };
}

function oneWindow(tmuxId: string | null, holding: readonly (Conversation | null)[]): Window {
  return {
    index: 0,
    name: 'bash',
    automaticName: true,
    active: true,
    last: false,
    zoomed: false,
    options: [],
    layout: tmuxId === null ? null : 'b25d,80x24,0,0,0',
    panes: holding.map((conversation, index) => ({
      index,
      tmuxId: tmuxId === null ? null : `${tmuxId.replace('$', '%')}${index}`,
      active: index === 0,
      cwd: '/home/emo/code',
      title: 'devvm',
      command: conversation === null ? 'bash' : 'claude',
      conversation,
      agent: null,
      shell: null,
      program: null,
      process: null,
    })),
  };
}
