import { setTimeout as delay } from 'node:timers/promises';
import { agents } from '../../agents/agents.ts';
import { type AgentEnding, endOfAgentIn } from '../../agents/pane-command.ts';
import { groupBy } from '../../core/group-by.ts';
import { type Pane, panesOf } from '../../core/manifest.ts';
import type { Observation, ObservedSession } from '../../core/observation.ts';
import type { RosterUser } from '../../core/roster.ts';
import { sessionSeenOn } from '../../core/servers.ts';
import { capturePane } from '../../tmux/call-tmux.ts';
import type { Context } from '../context.ts';
import { observeUsers, targetFor } from '../observe/observe-users.ts';

/** An agent that was started in a session that was just created. */
export interface StartedAgent {
  readonly user: RosterUser;
  /** The socket of its server; null for the default one. */
  readonly socket: string | null;
  /** tmux's `$N`. */
  readonly session: string;
  /** tmux's `%N` when known; otherwise any pane of the session may hold the agent. */
  readonly pane?: string;
  readonly agent: string;
  /** The conversation that the agent must show; null when it started without one. */
  readonly id: string | null;
}

export type StartVerdict =
  | { readonly kind: 'running' }
  /** It ended at once, or could not be started; `words` are the last that its pane shows. */
  | { readonly kind: 'ended'; readonly ending: AgentEnding; readonly words: string }
  /** It runs, or is on its way, but has not shown the conversation in time. */
  | { readonly kind: 'unconfirmed' };

export interface StartWatch {
  readonly verdictOn: (started: StartedAgent) => Promise<StartVerdict>;
  /** Whether the last few agents of that user all showed nothing in time. */
  readonly isSilent: (user: string) => boolean;
}

const shortestPauseMs = 150;
const longestPauseMs = 1_000;
const limitMs = 15_000;
/** After this number of silent agents in a row, the user's next ones get little time. */
const silentAgents = 4;
const silentLimitMs = 2_000;
/** The limit for one user in one look; the rest waits for the next look. */
const judgingMs = 2_000;
/** A user whose tmux takes this long to show its panes gets a separate look. */
const slowMs = 1_000;
/** An agent that announces nothing counts as running after this time. */
const settledMs = 1_000;

interface Watched extends StartedAgent {
  readonly sinceMs: number;
  readonly settle: (verdict: StartVerdict) => void;
  readonly fail: (error: unknown) => void;
  firstSeenMs: number | null;
}

/**
 * Watches the agents that a run has started, with one look for all of them per round. A user who cannot be observed, or
 * only slowly, gets separate looks from then on, because such a look takes its full time limit.
 */
export function watchStarts(context: Context): StartWatch {
  const silent = new Map<string, number>();
  const isSilent = (user: string): boolean => (silent.get(user) ?? 0) >= silentAgents;
  const apart = new Set<string>();
  const groups = new Map<string, Set<Watched>>();
  const groupOf = (user: string): Set<Watched> => {
    const key = apart.has(user) ? user : '';
    const group = groups.get(key) ?? new Set();
    groups.set(key, group);
    return group;
  };
  const add = (one: Watched): void => {
    const group = groupOf(one.user.name);
    group.add(one);
    if (group.size > 1) return;
    rounds(group).catch((error: unknown) => {
      for (const { fail } of group) fail(error);
      group.clear();
    });
  };
  const rounds = async (group: Set<Watched>): Promise<void> => {
    while (group.size > 0) {
      await delay(pauseBeforeLook(group), undefined, { signal: context.signal });
      for (const user of await lookAtAll(context, group, isSilent)) apart.add(user);
      const moved = [...group].filter((one) => groupOf(one.user.name) !== group);
      for (const one of moved) group.delete(one);
      for (const one of moved) add(one);
    }
  };
  return {
    verdictOn: async (started) => {
      const user = started.user.name;
      const verdict = await new Promise<StartVerdict>((settle, fail) => {
        add({ ...started, sinceMs: performance.now(), settle, fail, firstSeenMs: null });
      });
      if (verdict.kind === 'unconfirmed') silent.set(user, (silent.get(user) ?? 0) + 1);
      else silent.delete(user);
      return verdict;
    },
    isSilent,
  };
}

/**
 * The pause grows with the age of the youngest agent. A look costs as much as a save, and takes CPU from the starting
 * agents.
 */
function pauseBeforeLook(watched: ReadonlySet<Watched>): number {
  const youngestMs = performance.now() - Math.max(...[...watched].map(({ sinceMs }) => sinceMs));
  return Math.min(longestPauseMs, Math.max(shortestPauseMs, youngestMs / 2));
}

/** Looks at all given users and returns those who need separate looks. */
async function lookAtAll(
  context: Context,
  watched: Set<Watched>,
  isSilent: (user: string) => boolean,
): Promise<readonly string[]> {
  const byUser = groupBy([...watched], ({ user }) => user.name);
  const users = [...byUser.values()].flatMap(([one]) => one?.user ?? []);
  const observations = await observeUsers(context, users, 'leave-out', () => () => null);
  const begunMs = performance.now();
  const held = [...byUser].map(async ([user, own]): Promise<readonly string[]> => {
    const seen = observations.get(user);
    for (const one of own) {
      const verdict = performance.now() - begunMs < judgingMs ? await judgeBy(context, one, seen) : null;
      const isLate = performance.now() - one.sinceMs > (isSilent(user) ? silentLimitMs : limitMs);
      if (verdict === null && !isLate) continue;
      watched.delete(one);
      one.settle(verdict ?? { kind: 'unconfirmed' });
    }
    const isSlow = performance.now() - begunMs >= slowMs;
    return isSlow || seen?.kind === 'unknown' ? [user] : [];
  });
  return (await Promise.all(held)).flat();
}

async function judgeBy(context: Context, one: Watched, seen: Observation | undefined): Promise<StartVerdict | null> {
  const session = seen === undefined ? null : sessionSeenOn(seen, { socket: one.socket, tmuxId: one.session });
  return session === null ? null : judge(context, one, session);
}

async function judge(context: Context, one: Watched, session: ObservedSession): Promise<StartVerdict | null> {
  const panes = panesOf(session).filter(({ tmuxId }) => one.pane === undefined || tmuxId === one.pane);
  const pane = panes.find((candidate) => holds(candidate, one));
  if (pane !== undefined) {
    one.firstSeenMs ??= performance.now();
    const isSettled = performance.now() - one.firstSeenMs >= settledMs;
    return hasAnnounced(pane) || (isSettled && !willAnnounce(pane)) ? { kind: 'running' } : null;
  }
  return endIn(context, one, panes);
}

function holds({ agent, conversation }: Pane, { agent: name, id }: StartedAgent): boolean {
  if (agent?.name !== name) return false;
  return id === null || conversation?.id === id;
}

/** Arguments only show what was asked for. Every other source shows the result. */
function hasAnnounced({ agent }: Pane): boolean {
  return agent?.found.kind === 'conversation' && agent.found.source !== 'argv';
}

function willAnnounce({ agent }: Pane): boolean {
  if (agent?.found.kind !== 'conversation') return false;
  return agents.find((one) => one.name === agent.name)?.announcesConversation(agent.version) ?? false;
}

/** How the agent ended, with what stands above the line that says so; null when no pane of the session shows that line. */
async function endIn(
  context: Context,
  { user, socket, agent }: StartedAgent,
  panes: readonly Pane[],
): Promise<Extract<StartVerdict, { kind: 'ended' }> | null> {
  const account = context.accounts.get(user.name);
  if (account === undefined) return null;
  for (const { tmuxId, agent: running } of panes) {
    if (tmuxId === null || running !== null) continue;
    const options = { timeoutMs: 5_000, signal: context.signal };
    const lines = await capturePane(targetFor(context, account, socket), tmuxId, options);
    for (const [at, line] of lines.entries()) {
      const ending = endOfAgentIn(line, agent);
      if (ending !== null)
        return { kind: 'ended', ending, words: lines.slice(Math.max(0, at - 3), at + 1).join(' / ') };
    }
  }
  return null;
}

/** What is said of an agent that did not stay. */
export function endWords(agent: string, { ending, words }: Extract<StartVerdict, { kind: 'ended' }>): string {
  return `${agent} ${ending === 'ended' ? 'ended at once' : ending}, and left a shell: ${words}`;
}
