import type { ResumeAction, ResumePlace } from '../../core/plan/action.ts';
import { startDirectoryOf } from '../../core/manifest.ts';
import { isFreePane } from '../../core/observation.ts';
import type { Outcome } from '../../core/plan/outcome.ts';
import type { UserPlan } from '../../core/plan/plan.ts';
import { sessionSeenOn } from '../../core/servers.ts';
import type { Account } from '../../system/host/accounts.ts';
import { resumeInSession, type ResumeResult } from '../../tmux/resume-in-session.ts';
import type { Context } from '../context.ts';
import { observeUsers, targetFor } from '../observe/observe-users.ts';
import { agentCommands, type PaneStart } from './agent-commands.ts';
import type { Creation, OnMade } from './creation.ts';
import { restorableDirectories } from './session-build.ts';
import type { AgentStarts } from './start-gate.ts';
import { endWords, type StartedAgent } from './watch-starts.ts';

const timeoutMs = 30_000;

/** Resumes the ended conversations that the user asked for in their live sessions. Every action gets an outcome. */
export async function resumeUserSessions(
  context: Context,
  user: UserPlan,
  actions: readonly ResumeAction[],
  starts: AgentStarts,
  onMade: OnMade = () => {},
): Promise<ReadonlyMap<ResumeAction, Creation>> {
  const account = context.accounts.get(user.rosterUser.name);
  const made = new Map<ResumeAction, Creation>();
  for (const action of actions) {
    const outcome =
      account === undefined
        ? failed('the user has no account')
        : await resume({ context, user, account, starts }, action);
    const creation: Creation = { outcome, lost: [], tmuxId: null };
    made.set(action, creation);
    onMade(action, creation);
  }
  return made;
}

interface Work {
  readonly context: Context;
  readonly user: UserPlan;
  readonly account: Account;
  readonly starts: AgentStarts;
}

async function resume(work: Work, { into, ended }: ResumeAction): Promise<Outcome> {
  const { context, user, account, starts } = work;
  const { pane, place, conversation } = ended;
  const commands = await agentCommands(context, account, user.rosterUser.policy, [pane], starts.message);
  if (commands.kind === 'unknown') return failed(commands.reason);
  const start = commands.startOf(pane);
  if (start.kind !== 'agent') {
    const note = start.kind === 'shell' ? start.note : null;
    return failed(note ?? `${conversation.agent} cannot be started`);
  }
  const directory = startDirectoryOf(pane);
  const missing = await whyUnusable(work, directory);
  if (missing !== null) return failed(missing);

  const admission = await starts.gate.enter(account.name, 1);
  if (admission.kind === 'deferred') return { kind: 'deferred', message: admission.reason };
  try {
    const { socket, tmuxId: sessionId } = into;
    // Checks once more, because the wait for the turn may have been long.
    if (sessionId === null || !(await isStillFree(work, into, place))) {
      return failed('its pane is not at an idle shell any more');
    }
    const request = { sessionId, place, directory, command: start.command };
    const options = { timeoutMs, signal: context.signal };
    const placed = await resumeInSession(targetFor(context, account, socket), request, options);
    return await outcomeOf(work, { socket, session: sessionId }, start, placed, place.kind === 'pane' && place.isDead);
  } finally {
    admission.leave();
  }
}

async function whyUnusable({ context, account }: Work, directory: string): Promise<string | null> {
  const directories = await restorableDirectories(context, account, [directory]);
  if (directories.kind === 'unknown') return directories.reason;
  if (directories.found.get(directory)?.path === directory) return null;
  return `${directory} is missing or closed, and the conversation can be resumed only there`;
}

async function isStillFree(
  { context, user }: Work,
  session: ResumeAction['into'],
  place: ResumePlace,
): Promise<boolean> {
  if (place.kind === 'window') return true;
  const { rosterUser } = user;
  const seen = (await observeUsers(context, [rosterUser], 'leave-out', () => () => null)).get(rosterUser.name);
  return seen !== undefined && isFreePane(sessionSeenOn(seen, session), place.paneId);
}

async function outcomeOf(
  { user, starts }: Work,
  where: Pick<StartedAgent, 'socket' | 'session'>,
  { agent, conversation, note, withoutMessage }: Extract<PaneStart, { kind: 'agent' }>,
  placed: ResumeResult,
  isDead: boolean,
): Promise<Outcome> {
  if (placed.kind === 'failed') return placed;
  const id = conversation?.id ?? null;
  const started = { user: user.rosterUser, ...where, pane: placed.paneId, agent, id };
  const verdict = await starts.watch.verdictOn(started);
  const place = placeWords(placed, isDead);
  const notes = [place, note, withoutMessage].filter((one) => one !== null);
  switch (verdict.kind) {
    case 'running':
      return { kind: 'resumed', notes };
    case 'unconfirmed':
      return { kind: 'resumed', notes: [...notes, `${agent} has not shown its conversation yet`] };
    case 'ended':
      return failed(`${endWords(agent, verdict)}; ${place}`);
  }
}

function placeWords(placed: Exclude<ResumeResult, { kind: 'failed' }>, isDead: boolean): string {
  if (placed.kind === 'in-place') return `its ${isDead ? 'dead pane' : 'shell'} is in window ${placed.movedTo} now`;
  const why = placed.words === null ? 'its pane is gone' : `its pane could not be moved: ${placed.words}`;
  return `it runs in window ${placed.window}, for ${why}`;
}

function failed(message: string): Outcome {
  return { kind: 'failed', message };
}
