import { agents } from '../../agents/agents.ts';
import type { ListedProcess, PaneQuestion, UserQuestion } from '../../agents/reading-protocol.ts';
import { groupBy } from '../../core/group-by.ts';
import { uidOf } from '../../process/process-details.ts';
import { descendantsOf, type ProcessEntry, type ProcessTable } from '../../process/process-table.ts';
import type { Account } from '../../system/account.ts';
import type { ListedSession } from '../../tmux/listing.ts';
import type { Context } from '../context.ts';

/** Of one user: the account, and the sessions whose panes may hold agents. */
export interface PaneOwner {
  readonly account: Account;
  readonly sessions: readonly ListedSession[];
}

/**
 * What has to be asked about the agents of the given users: nothing of a user without a pane that could hold one.
 *
 * Agents outside of the listed panes are asked about as well, for a conversation that one of them holds is not free.
 */
export function agentQuestions(
  context: Context,
  owners: readonly PaneOwner[],
  table: ProcessTable,
): readonly UserQuestion[] {
  // This program is a Node process, too, and for one's own sessions it would be the only one to be asked about.
  const suspects = [...table.entries.values()].filter(({ pid, comm }) => pid !== process.pid && mayBeAgent(comm));
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

/** A question about a user that asks nothing yet. */
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

function mayBeAgent(comm: string): boolean {
  return agents.some((agent) => agent.mayBe(comm));
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
