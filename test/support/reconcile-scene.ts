import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getgid, getuid } from 'node:process';
import { onTestFinished } from 'vitest';
import { candidatesOf } from '../../src/core/plan/candidate.ts';
import type { Manifest, SessionEntry } from '../../src/core/manifest.ts';
import type { Observation } from '../../src/core/observation.ts';
import { planUser } from '../../src/core/plan/plan-user.ts';
import type { UserPlan } from '../../src/core/plan/plan.ts';
import { defaultPolicy, defaultStartPolicy, type Policy, type RosterUser } from '../../src/core/roster.ts';
import { nothingSelected, type Selection } from '../../src/core/plan/selection.ts';
import type { AgentStarts } from '../../src/reconcile/apply/start-gate.ts';
import type { StartedAgent, StartVerdict } from '../../src/reconcile/apply/watch-starts.ts';
import type { Context } from '../../src/reconcile/context.ts';
import type { Assessment } from '../../src/reconcile/observe/assess-users.ts';
import { writeSnapshot } from '../../src/state/snapshot-store.ts';
import type { Account } from '../../src/system/host/accounts.ts';
import { manifest, noServer, situation } from './builders.ts';
import { standInPath } from './stand-in-tmux/stand-in-tmux.ts';

/** One user, emo, who is whoever runs the tests, with directories of the test's own. */
export interface ReconcileScene {
  readonly directory: string;
  readonly home: string;
  readonly account: Account;
  readonly emo: RosterUser;
  readonly context: Context;
  /** Makes a directory below the home. */
  readonly made: (name: string) => string;
  /** Stores a record of the sessions as a snapshot of that minute after noon; gives its id. */
  readonly stored: (sessions: readonly SessionEntry[], minute: number) => string;
}

export interface SceneOptions {
  readonly policy?: Partial<Policy>;
  readonly shell?: string;
  /** Names of other users of the roster, who have no account. */
  readonly others?: readonly string[];
}

/** It goes away with the running test. */
export function reconcileScene({ policy = {}, shell = '/bin/sh', others = [] }: SceneOptions = {}): ReconcileScene {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'reconcile-scene-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const made = (name: string): string => {
    mkdirSync(join(directory, 'home', name), { recursive: true });
    return join(directory, 'home', name);
  };
  const home = made('.');
  const account = { name: 'emo', uid: getuid?.() ?? 0, gid: getgid?.() ?? 0, home, shell };
  const emo = {
    name: 'emo',
    logins: [],
    parked: false,
    isAdmin: false,
    mistake: null,
    policy: { ...defaultPolicy, ...policy },
  };
  const users = [emo, ...others.map((name) => ({ ...emo, name }))];
  const stateDirectory = join(directory, 'state');
  return {
    directory,
    home,
    account,
    emo,
    made,
    context: {
      roster: { path: null, users, start: defaultStartPolicy },
      goodRoster: null,
      users,
      accounts: new Map([['emo', account]]),
      diagnostics: [],
      invoker: { account, path: standInPath(directory), tmuxTmpDir: directory },
      host: { hostname: 'devvm', bootId: 'boot-1', initStartTime: '7', initStartedAtMs: 0, bootTimeMs: 0 },
      stateDirectory,
      recordsKeeper: 'invoker',
      legacyDirectory: null,
      socketName: null,
      seesAllServers: false,
      givenOptions: [],
      tmuxConfigFile: null,
      lockTimeoutMs: 5_000,
      // No agents run in a scene. A Node program that another test runs would be taken for one.
      askUsers: () => Promise.resolve(new Map()),
      readKills: () => Promise.resolve([]),
      now: () => new Date(Date.UTC(2026, 10, 20, 13)),
      utcOffsetMinutes: () => 0,
      signal: new AbortController().signal,
    },
    stored: (sessions, minute) => {
      const takenAt = new Date(Date.UTC(2026, 10, 20, 12, minute));
      const record = manifest(sessions, { uid: account.uid, takenAt: takenAt.toISOString() });
      return writeSnapshot(stateDirectory, account, record, takenAt);
    },
  };
}

/** A user as found: their record, and what runs. */
export function assessment(
  rosterUser: RosterUser,
  account: Account | null,
  record: Manifest | null,
  observation: Observation = noServer,
): Assessment {
  return {
    rosterUser,
    account,
    observation,
    seenAt: record?.takenAt ?? '',
    stored: { manifest: record, origin: { kind: 'none' }, damaged: [], diagnostics: [] },
    heartbeat: null,
    isHeartbeatHidden: false,
    oomKills: null,
    terminals: null,
    furtherTerminals: [],
    manifest: record,
  };
}

/** The plan for the scene's user about these entries; what is named is selected. */
export function planFor(
  { emo, home }: ReconcileScene,
  entries: readonly SessionEntry[],
  {
    observation = noServer,
    named = [],
  }: { readonly observation?: Observation; readonly named?: readonly string[] } = {},
): UserPlan {
  const selection: Selection = { ...nothingSelected, sessions: named };
  const candidates = candidatesOf(manifest(entries)).map((one) =>
    named.includes(one.session.name) ? { ...one, selected: true } : one,
  );
  const planned = situation(entries, { rosterUser: emo, observation, candidates, selection });
  return { ...planned, home, snapshot: null, configFiles: null, actions: planUser(planned) };
}

/** A gate that lets everybody in, and a watch that says what it is told; both keep what they were asked. */
export interface StartsLog {
  readonly starts: AgentStarts;
  /** How many agents each turn was for. */
  readonly turns: readonly number[];
  /** How many turns were given back. */
  readonly left: () => number;
  readonly watched: readonly StartedAgent[];
}

export function startsLog(
  verdict: StartVerdict = { kind: 'running' },
  admits: (turn: number) => boolean = () => true,
  message: string | null = null,
): StartsLog {
  const turns: number[] = [];
  const watched: StartedAgent[] = [];
  let left = 0;
  return {
    turns,
    watched,
    left: () => left,
    starts: {
      gate: {
        enter: async (_user, agents) => {
          turns.push(agents);
          if (!admits(turns.length)) return { kind: 'deferred', reason: 'memory is short' };
          return { kind: 'admitted', leave: () => void (left += 1) };
        },
      },
      watch: {
        verdictOn: async (started) => {
          watched.push(started);
          return verdict;
        },
        isSilent: () => false,
      },
      message,
      end: () => {},
      diagnostics: () => [],
    },
  };
}
