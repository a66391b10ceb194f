import { resumeCommand } from '../agents/agents.ts';
import { paneCommand } from '../agents/pane-command.ts';
import type { ConflictAction, CreateAction } from '../core/action.ts';
import type { Pane } from '../core/manifest.ts';
import type { Outcome } from '../core/outcome.ts';
import type { UserPlan } from '../core/plan.ts';
import type { Account } from '../system/account.ts';
import { createSessions } from '../tmux/create-sessions.ts';
import type { CreationResult } from '../tmux/check-created.ts';
import type { PaneRequest, SessionRequest } from '../tmux/session-request.ts';
import type { Context } from './context.ts';
import { targetFor } from './observe-users.ts';
import { restorableDirectories, type RestorableDirectory } from './restorable-directories.ts';

type CreatingAction = CreateAction | ConflictAction;

const creationTimeoutMs = 30_000;

/** Creates the sessions that a plan holds for one user; every action gets an outcome, whatever happens to the others. */
export async function createUserSessions(
  context: Context,
  user: UserPlan,
  actions: readonly CreatingAction[],
): Promise<ReadonlyMap<CreatingAction, Outcome>> {
  const account = context.accounts.get(user.rosterUser.name);
  if (account === undefined) return everyOne(actions, { kind: 'failed', message: 'the user has no account' });
  const directories = await restorableDirectories(context, account, actions.flatMap(directoriesOf));
  if (directories.kind === 'unknown') return everyOne(actions, { kind: 'failed', message: directories.reason });

  const { observation } = user;
  const live =
    observation.kind === 'observed'
      ? new Map(observation.sessions.map((session) => [session.name, session.tmuxId] as const))
      : null;
  const requests = actions.map((action) => requestFor(action, account, directories.found));
  const results = await createSessions(targetFor(context, account), requests, {
    timeoutMs: creationTimeoutMs,
    signal: context.signal,
    live,
  });
  return new Map(actions.map((action, at) => [action, outcomeFrom(action, results[at], directories.found)] as const));
}

function everyOne(actions: readonly CreatingAction[], outcome: Outcome): ReadonlyMap<CreatingAction, Outcome> {
  return new Map(actions.map((action) => [action, outcome]));
}

function directoriesOf({ candidate, windows }: CreatingAction): readonly string[] {
  return [candidate.session.path, ...windows.flatMap((window) => window.panes.map((pane) => pane.cwd))];
}

function requestFor(
  action: CreatingAction,
  account: Account,
  directories: ReadonlyMap<string, RestorableDirectory>,
): SessionRequest {
  const { session } = action.candidate;
  const placed = (path: string): string => directories.get(path)?.path ?? account.home;
  return {
    name: action.as,
    path: placed(session.path),
    sharesWindowsOf: session.sharesWindowsOf,
    windows: action.windows.map((window) => ({
      ...window,
      panes: window.panes.map((pane) => paneRequest(pane, account, placed(pane.cwd))),
    })),
  };
}

function paneRequest(pane: Pane, account: Account, cwd: string): PaneRequest {
  const argv = pane.conversation === null ? null : resumeCommand(pane.conversation);
  return { active: pane.active, cwd, command: argv === null ? null : paneCommand(account.shell, argv) };
}

function outcomeFrom(
  action: CreatingAction,
  result: CreationResult | undefined,
  directories: ReadonlyMap<string, RestorableDirectory>,
): Outcome {
  switch (result?.outcome) {
    case 'created': {
      const moved = [...new Set(directoriesOf(action))].flatMap((path) => directories.get(path)?.note ?? []);
      return { kind: 'created', as: action.as, notes: [...moved, ...result.notes] };
    }
    case 'already-live':
      return { kind: 'already-live' };
    case 'failed':
      return { kind: 'failed', message: result.message };
    case undefined:
      return { kind: 'failed', message: 'tmux gave no answer about it' };
  }
}
