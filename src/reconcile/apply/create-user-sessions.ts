import { groupBy } from '../../core/group-by.ts';
import { panesOf } from '../../core/manifest.ts';
import { elsewhereWords } from '../../core/plan/plan-reasons.ts';
import type { UserPlan } from '../../core/plan/plan.ts';
import { observationOn, placeOf } from '../../core/servers.ts';
import { compareText } from '../../core/text.ts';
import type { Account } from '../../system/host/accounts.ts';
import type { CreationResult } from '../../tmux/check-created.ts';
import { createSessions } from '../../tmux/create-sessions.ts';
import type { Context } from '../context.ts';
import { targetFor } from '../observe/observe-users.ts';
import { agentCommands } from './agent-commands.ts';
import { allFailed, type Creation, creationOf, type OnMade, withNotes } from './creation.ts';
import { linkSessions } from './link-sessions.ts';
import {
  type CreatingAction,
  directoriesOf,
  restorableDirectories,
  sessionBuild,
  type SessionBuild,
} from './session-build.ts';
import { shownScreens } from './shown-screens.ts';
import type { AgentStarts } from './start-gate.ts';
import { startingTarget } from './starting-target.ts';

/**
 * The limit of each call. A tmux that uses all of it gets no more calls in this run: with up to 200 sessions each call
 * could take as long.
 */
const creationTimeoutMs = 30_000;
/**
 * The total limit for one user's tmux, however it answers, because other users wait for their turn and for the locks.
 */
const creationBudgetMs = 120_000;

/** Creates the planned sessions of one user. Every action gets an outcome, even when another one fails. */
export async function createUserSessions(
  context: Context,
  user: UserPlan,
  actions: readonly CreatingAction[],
  starts: AgentStarts,
  onMade: OnMade = () => {},
): Promise<ReadonlyMap<CreatingAction, Creation>> {
  const account = context.accounts.get(user.rosterUser.name);
  if (account === undefined) return allFailed(actions, 'the user has no account');
  const directories = await restorableDirectories(context, account, actions.flatMap(directoriesOf));
  if (directories.kind === 'unknown') return allFailed(actions, directories.reason);
  const { policy } = user.rosterUser;
  const commands = await agentCommands(context, account, policy, actions.flatMap(panesOf), starts.message);
  if (commands.kind === 'unknown') return allFailed(actions, commands.reason);

  const screens = shownScreens(context, account, policy, actions);
  const facts = { account, directories: directories.found, startOf: commands.startOf, screens };
  const builds = actions.map((action) => buildFor(action, facts, user));
  const bySocket = groupBy(builds, ({ action }) => placeOf(action.candidate.session, user.observation));
  const made = await Promise.all(
    [...bySocket].map(([socket, own]) => createOn({ context, user, account, starts, onMade, socket }, own)),
  );
  return new Map(made.flatMap((one) => [...one]));
}

function buildFor(action: CreatingAction, facts: Parameters<typeof sessionBuild>[1], user: UserPlan): SessionBuild {
  const build = sessionBuild(action, facts);
  const { session } = action.candidate;
  if (placeOf(session, user.observation) === session.socket) return build;
  return { ...build, notes: [elsewhereWords(session.socket), ...build.notes] };
}

/** Creates sessions on one server of the user. */
async function createOn(
  facts: Pick<Work, 'context' | 'user' | 'account' | 'starts' | 'onMade' | 'socket'>,
  asPlanned: readonly SessionBuild[],
): Promise<ReadonlyMap<CreatingAction, Creation>> {
  const builds = asPlanned.some(({ action }) => action.links.length > 0) ? asPlanned.toSorted(byAge) : asPlanned;
  const planned = builds.map(({ request }) => request.name);
  const live = liveSessions(facts.user, facts.socket);
  const work: Work = { ...facts, planned, live, created: new Set(), made: new Map(), spentMs: 0 };
  const withAgents = builds.filter(({ agents }) => agents.length > 0);
  const shells = builds.filter(({ agents }) => agents.length === 0);
  // A session that shares windows can be created only after the session that owns them. Of linked windows the older
  // session is the owner.
  const owners = new Set(withAgents.map(({ request }) => request.name));
  const mirrors = shells.filter(
    ({ request, action }) =>
      owners.has(request.sharesWindowsOf ?? '') || action.links.some(({ from }) => from !== null && owners.has(from)),
  );
  await createAtOnce(
    work,
    shells.filter((build) => !mirrors.includes(build)),
  );
  const verdicts: Promise<void>[] = [];
  for (const build of withAgents) {
    const { verdict } = await createGently(work, build);
    // The promise may reject while other sessions still wait for their turn. The code below awaits all of them.
    verdict.catch(() => {});
    verdicts.push(verdict);
  }
  await createAtOnce(work, mirrors);
  const notes = await linkNotes(work, builds);
  await Promise.all(verdicts);
  return new Map([...work.made].map(([action, creation]) => [action, withNotes(creation, notes.get(action) ?? [])]));
}

/** The order of the record's server, where the oldest of the sessions with a window owns it. */
function byAge({ action: { candidate: a } }: SessionBuild, { action: { candidate: b } }: SessionBuild): number {
  return (
    compareText(a.session.createdAt ?? '', b.session.createdAt ?? '') ||
    Number(a.session.tmuxId?.slice(1)) - Number(b.session.tmuxId?.slice(1)) ||
    0
  );
}

function linkNotes(
  work: Work,
  builds: readonly SessionBuild[],
): Promise<ReadonlyMap<CreatingAction, readonly string[]>> {
  const { context, account, socket, live, created } = work;
  const made = builds.filter(({ request }) => created.has(request.name)).map(({ action }) => action);
  const options = { timeoutMs: creationTimeoutMs, signal: context.signal };
  return linkSessions(targetFor(context, account, socket), made, live ?? new Map(), options);
}

interface Work {
  readonly context: Context;
  readonly user: UserPlan;
  readonly account: Account;
  readonly starts: AgentStarts;
  readonly onMade: OnMade;
  /** The socket of the server; null for the default one. */
  readonly socket: string | null;
  /** Names of all sessions that the plan creates. */
  readonly planned: readonly string[];
  /** Ids of the running sessions, by name; null while no server runs. */
  live: ReadonlyMap<string, string> | null;
  /** Names of the sessions that this run has created. */
  readonly created: Set<string>;
  readonly made: Map<CreatingAction, Creation>;
  /** The time that the user's tmux has taken so far. */
  spentMs: number;
}

/** Creates sessions without agents. Shells cost little, so a few calls create any number of them. */
async function createAtOnce(work: Work, builds: readonly SessionBuild[]): Promise<void> {
  const results = await create(work, builds);
  for (const [at, build] of builds.entries()) settle(work, build, creationOf(build, results[at], null));
}

/**
 * Waits for its turn and creates the session. The agent's verdict is a separate promise, so the next session need not
 * wait.
 */
async function createGently(work: Work, build: SessionBuild): Promise<{ readonly verdict: Promise<void> }> {
  const admission = await work.starts.gate.enter(work.account.name, build.agents.length);
  if (admission.kind === 'deferred') {
    settle(work, build, { outcome: { kind: 'deferred', message: admission.reason }, lost: [], tmuxId: null });
    return { verdict: Promise.resolve() };
  }
  const [result] = await create(work, [build]);
  if (result?.outcome !== 'created') {
    admission.leave();
    settle(work, build, creationOf(build, result, null));
    return { verdict: Promise.resolve() };
  }
  return { verdict: watched(work, build, result).finally(admission.leave) };
}

async function watched(
  work: Work,
  build: SessionBuild,
  result: CreationResult & { outcome: 'created' },
): Promise<void> {
  const user = work.user.rosterUser;
  const verdicts = await Promise.all(
    build.agents.map(({ agent, conversation }) =>
      work.starts.watch.verdictOn({
        user,
        socket: work.socket,
        session: result.tmuxId,
        agent,
        id: conversation?.id ?? null,
      }),
    ),
  );
  settle(work, build, creationOf(build, result, verdicts));
}

function settle({ made, onMade }: Work, { action }: SessionBuild, creation: Creation): void {
  made.set(action, creation);
  onMade(action, creation);
}

async function create(work: Work, builds: readonly SessionBuild[]): Promise<readonly CreationResult[]> {
  if (builds.length === 0) return [];
  const { context, user, account, socket, live } = work;
  if (work.spentMs >= creationBudgetMs) return builds.map(() => ({ outcome: 'failed', message: tooSlow }));
  const requests = builds.map(({ request }) => request);
  const begunMs = performance.now();
  const deadlineMs = begunMs + creationBudgetMs - work.spentMs;
  const limits = { timeoutMs: creationTimeoutMs, deadlineMs, signal: context.signal };
  const { target, remark } = await startingTarget(context, account, user, { socket, starts: live === null });
  const results = await createSessions(target, requests, { ...limits, live, planned: work.planned, remark });
  const tookMs = performance.now() - begunMs;
  const isHung = tookMs >= creationTimeoutMs && results.every(({ outcome }) => outcome === 'failed');
  work.spentMs = isHung ? creationBudgetMs : work.spentMs + tookMs;
  const made = results.flatMap((result, at): readonly (readonly [string, string])[] => {
    const name = requests[at]?.name;
    return result.outcome === 'created' && name !== undefined ? [[name, result.tmuxId]] : [];
  });
  if (made.length > 0) work.live = new Map([...(live ?? []), ...made]);
  for (const [name] of made) work.created.add(name);
  return results;
}

const tooSlow = 'its tmux took too long over the sessions before it';

function liveSessions({ observation }: UserPlan, socket: string | null): ReadonlyMap<string, string> | null {
  const server = observationOn(observation, socket);
  if (server.kind !== 'observed') return null;
  return new Map(server.sessions.map((session) => [session.name, session.tmuxId]));
}
