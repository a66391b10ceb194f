import { setTimeout as delay } from 'node:timers/promises';
import { agents } from '../agents/agents.ts';
import { endOfAgentIn } from '../agents/pane-command.ts';
import { panesOf, type Pane } from '../core/manifest.ts';
import type { ObservedSession } from '../core/observation.ts';
import type { RosterUser } from '../core/roster.ts';
import { capturePane } from '../tmux/capture-pane.ts';
import type { Context } from './context.ts';
import { observeUsers, targetFor } from './observe-users.ts';

/** An agent that was started in a session that was just created. */
export interface StartedAgent {
  readonly user: RosterUser;
  /** tmux's `$N`. */
  readonly session: string;
  /** tmux's `%N` where it is known; without, any pane of the session may be the one. */
  readonly pane?: string;
  readonly agent: string;
  /** The conversation that it is to show; null when it was started anew. */
  readonly id: string | null;
}

export type StartVerdict =
  | { readonly kind: 'running' }
  /** It ended at once; `words` are the last that its pane shows. */
  | { readonly kind: 'ended'; readonly words: string }
  /** It runs, or is on its way, but has not shown the conversation in time. */
  | { readonly kind: 'unconfirmed' };

export interface StartWatch {
  readonly verdictOn: (started: StartedAgent) => Promise<StartVerdict>;
}

const shortestPauseMs = 150;
const longestPauseMs = 1_000;
const limitMs = 15_000;
/** An agent that announces nothing is believed once it has run for this long. */
const settledMs = 1_000;

interface Watched extends StartedAgent {
  readonly sinceMs: number;
  readonly settle: (verdict: StartVerdict) => void;
  readonly fail: (error: unknown) => void;
  firstSeenMs: number | null;
}

/** Watches the agents that a run has started, all of them with one look per round. */
export function watchStarts(context: Context): StartWatch {
  const watched = new Set<Watched>();
  const rounds = async (): Promise<void> => {
    while (watched.size > 0) {
      await delay(pauseBeforeLook(watched), undefined, { signal: context.signal });
      await lookAtAll(context, watched);
    }
  };
  return {
    verdictOn: (started) =>
      new Promise((settle, fail) => {
        const isIdle = watched.size === 0;
        watched.add({ ...started, sinceMs: performance.now(), settle, fail, firstSeenMs: null });
        if (!isIdle) return;
        rounds().catch((error: unknown) => {
          for (const one of watched) one.fail(error);
          watched.clear();
        });
      }),
  };
}

/** A look costs as much as a save, and takes from what the agents start with: the longer the youngest takes, the rarer. */
function pauseBeforeLook(watched: ReadonlySet<Watched>): number {
  const youngestMs = performance.now() - Math.max(...[...watched].map(({ sinceMs }) => sinceMs));
  return Math.min(longestPauseMs, Math.max(shortestPauseMs, youngestMs / 2));
}

async function lookAtAll(context: Context, watched: Set<Watched>): Promise<void> {
  const users = [...new Map([...watched].map(({ user }) => [user.name, user])).values()];
  const observations = await observeUsers(context, users, () => () => null);
  for (const one of watched) {
    const seen = observations.get(one.user.name);
    const session = seen?.kind === 'observed' ? seen.sessions.find(({ tmuxId }) => tmuxId === one.session) : undefined;
    const verdict = session === undefined ? null : await judge(context, one, session);
    const isLate = performance.now() - one.sinceMs > limitMs;
    if (verdict === null && !isLate) continue;
    watched.delete(one);
    one.settle(verdict ?? { kind: 'unconfirmed' });
  }
}

async function judge(context: Context, one: Watched, session: ObservedSession): Promise<StartVerdict | null> {
  const panes = panesOf(session).filter(({ tmuxId }) => one.pane === undefined || tmuxId === one.pane);
  const pane = panes.find((candidate) => holds(candidate, one));
  if (pane !== undefined) {
    one.firstSeenMs ??= performance.now();
    const isSettled = performance.now() - one.firstSeenMs >= settledMs;
    return hasAnnounced(pane) || (isSettled && !willAnnounce(pane)) ? { kind: 'running' } : null;
  }
  const words = await lastWords(context, one, panes);
  return words === null ? null : { kind: 'ended', words };
}

function holds({ agent, conversation }: Pane, { agent: name, id }: StartedAgent): boolean {
  if (agent?.name !== name) return false;
  return id === null || conversation?.id === id;
}

/** Arguments only say what was asked for; every other source says what became of it. */
function hasAnnounced({ agent }: Pane): boolean {
  return agent?.found.kind === 'conversation' && agent.found.source !== 'argv';
}

function willAnnounce({ agent }: Pane): boolean {
  if (agent?.found.kind !== 'conversation') return false;
  return agents.find((one) => one.name === agent.name)?.announcesConversation(agent.version) ?? false;
}

/** What stands above the line that says that the agent has ended; null when no pane of the session shows that line. */
async function lastWords(
  context: Context,
  { user, agent }: StartedAgent,
  panes: readonly Pane[],
): Promise<string | null> {
  const account = context.accounts.get(user.name);
  if (account === undefined) return null;
  for (const { tmuxId, agent: running } of panes) {
    if (tmuxId === null || running !== null) continue;
    const lines = await capturePane(targetFor(context, account), tmuxId, { timeoutMs: 5_000, signal: context.signal });
    const at = lines.findIndex((line) => endOfAgentIn(line, agent));
    if (at >= 0) return lines.slice(Math.max(0, at - 3), at + 1).join(' / ');
  }
  return null;
}
