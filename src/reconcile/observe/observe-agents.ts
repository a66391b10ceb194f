import { agents } from '../../agents/agents.ts';
import { mayRunContainers } from '../../agents/in-container.ts';
import { isOwnRun } from '../../agents/own-run.ts';
import type { AgentAnswer, ListedProcess, PaneQuestion, UserQuestion } from '../../agents/reading-protocol.ts';
import {
  assignConversations,
  type Assignment,
  type ClaimMemory,
  type ConversationHolder,
  withRemembered,
} from '../../core/record/assign-conversations.ts';
import type { AgentFinding } from '../../core/conversation.ts';
import { groupBy } from '../../core/group-by.ts';
import type { Pane } from '../../core/manifest.ts';
import { descendantsOf, type ProcessEntry, type ProcessTable, uidOf } from '../../process/process-table.ts';
import type { Account } from '../../system/host/accounts.ts';
import type { ListedSession } from '../../tmux/listing.ts';
import type { Context } from '../context.ts';

export type PaneFinding = Pick<Pane, 'conversation' | 'agent'>;

export type AgentObservation =
  /** Findings by tmux's `%N`; a pane without an agent is missing. */
  | { readonly kind: 'observed'; readonly panes: ReadonlyMap<string, PaneFinding> }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Finds the conversation in each pane, for all given users at once; a user without any agent may be missing. */
export async function observeAgents(
  context: Context,
  owners: readonly PaneOwner[],
  table: ProcessTable,
  memoryOf: (user: string) => ClaimMemory,
): Promise<ReadonlyMap<string, AgentObservation>> {
  const readings = await context.askUsers(agentQuestions(context, owners, table), context.signal);
  const holders = owners.flatMap((owner) => {
    const reading = readings.get(owner.account.name);
    return reading?.kind === 'read' ? reading.answer.agents.map((agent) => holderOf(owner, agent, memoryOf)) : [];
  });
  const assignments = assignConversations(holders);
  return new Map(
    [...readings].map(([user, reading]): readonly [string, AgentObservation] => {
      if (reading.kind === 'failed') return [user, { kind: 'unknown', reason: reading.reason }];
      const own = holders.filter((holder) => holder.user === user);
      return [user, { kind: 'observed', panes: new Map(own.flatMap((one) => finding(one, assignments.get(one)))) }];
    }),
  );
}

interface AgentHolder extends ConversationHolder {
  readonly user: string;
  readonly answer: AgentAnswer;
}

function holderOf(
  { account, sessions }: PaneOwner,
  answer: AgentAnswer,
  memoryOf: (user: string) => ClaimMemory,
): AgentHolder {
  const { agent, pid, startTime, pane, reading } = answer;
  const session = sessions.find(({ windows }) => windows.some(({ panes }) => panes.some((one) => one.tmuxId === pane)));
  const remembered = reading.fresh ? null : memoryOf(account.name)(agent, pid, startTime);
  return {
    user: account.name,
    uid: account.uid,
    agent,
    pid,
    startTime,
    place: session === undefined ? `process ${pid}` : `session ${session.name}`,
    claims: withRemembered(reading.claims, remembered),
    answer,
  };
}

function finding(holder: AgentHolder, assignment: Assignment | undefined): readonly (readonly [string, PaneFinding])[] {
  const { agent: name, pid, startTime, pane, reading, wrapper } = holder.answer;
  if (pane === null) return [];
  const facts = { name, version: reading.version, process: { pid, startTime }, launch: reading.launch, wrapper };
  if (assignment?.kind === 'assigned') {
    const { id, source, confidence } = assignment.claim;
    const found: AgentFinding = { kind: 'conversation', source, confidence };
    return [[pane, { conversation: { agent: name, id, ended: null }, agent: { ...facts, found } }]];
  }
  const reason = assignment?.reason ?? reading.reason ?? 'nothing tells which conversation it holds';
  const found: AgentFinding = reading.fresh ? { kind: 'fresh' } : { kind: 'unidentified', reason };
  return [[pane, { conversation: null, agent: { ...facts, found } }]];
}

/** One user's account, and the sessions whose panes may hold agents. */
interface PaneOwner {
  readonly account: Account;
  readonly sessions: readonly ListedSession[];
}

/**
 * The questions about the agents of the given users. A user without a pane that could hold an agent gets none.
 *
 * Questions cover agents outside the listed panes too, because a conversation that one of them holds is not free.
 */
export function agentQuestions(
  context: Context,
  owners: readonly PaneOwner[],
  table: ProcessTable,
): readonly UserQuestion[] {
  // This program is a Node process, too. In self mode its runs would often be the only suspects.
  const suspects = [...table.entries.values()].filter((one) => mayBeAgent(one.comm) && !isOwnRun(one));
  if (suspects.length === 0) return [];
  const suspectsOf = groupBy(suspects, ({ pid }) => uidOf(pid));
  return owners.flatMap(({ account, sessions }) => {
    const own = suspectsOf.get(account.uid) ?? [];
    if (own.length === 0) return [];
    const pids = new Set(own.map(({ pid }) => pid));
    const families = sessions.flatMap((session) => familiesIn(session, table));
    const suspected = families.filter(({ members }) => members.some(({ pid }) => pids.has(pid)));
    const processes = [
      ...suspected.flatMap(({ members }) => members),
      ...own.flatMap((one) => withChildren(one, table)),
    ];
    return [
      {
        ...userQuestion(context, account),
        panes: suspected.map(({ question }) => question),
        processes: [...new Map(processes.map((one) => [one.pid, listed(one)])).values()],
      },
    ];
  });
}

/** An empty question about a user. */
export function userQuestion({ invoker, host }: Context, account: Account): UserQuestion {
  return {
    user: account.name,
    uid: account.uid,
    gid: account.gid,
    home: account.home,
    switches: invoker.account.uid !== account.uid,
    bootTimeMs: host.bootTimeMs,
    panes: [],
    processes: [],
    resumable: [],
    nearCleanup: { nowMs: 0, conversations: [] },
  };
}

/** Whether a process of this command name could be an agent, or a program that runs one in a container. */
export function mayBeAgent(comm: string): boolean {
  return agents.some((agent) => agent.mayBe(comm)) || mayRunContainers(comm);
}

interface PaneFamily {
  readonly question: PaneQuestion;
  readonly members: readonly ProcessEntry[];
}

function familiesIn(session: ListedSession, table: ProcessTable): readonly PaneFamily[] {
  const panes = session.windows.flatMap((window) => window.panes);
  return panes.flatMap(({ tmuxId, pid }) => {
    const root = pid === null ? undefined : table.entries.get(pid);
    if (pid === null || root === undefined) return [];
    const question = { pane: tmuxId, pid, foregroundGroup: root.tpgid, stamp: session.stamp };
    return [{ question, members: descendantsOf(table, pid) }];
  });
}

function withChildren(parent: ProcessEntry, table: ProcessTable): readonly ProcessEntry[] {
  const children = table.childrenOf.get(parent.pid) ?? [];
  return [parent, ...children.flatMap((pid) => table.entries.get(pid) ?? [])];
}

function listed({ pid, ppid, pgrp, startTime, comm }: ProcessEntry): ListedProcess {
  return { pid, ppid, pgrp, startTime: String(startTime), comm };
}
