import { askUsers } from '../../agents/ask-users.ts';
import type { AgentAnswer } from '../../agents/reading-protocol.ts';
import { assignConversations, type Assignment, type ConversationHolder } from '../../core/assign-conversations.ts';
import type { Pane } from '../../core/manifest.ts';
import type { AgentFinding } from '../../core/pane-agent.ts';
import { type ClaimMemory, withRemembered } from '../../core/remembered-claims.ts';
import type { ProcessTable } from '../../process/process-table.ts';
import type { Context } from '../context.ts';
import { agentQuestions, type PaneOwner } from './agent-questions.ts';

export type PaneFinding = Pick<Pane, 'conversation' | 'agent'>;

export type AgentObservation =
  /** Findings by tmux's `%N`; a pane without an agent is missing. */
  | { readonly kind: 'observed'; readonly panes: ReadonlyMap<string, PaneFinding> }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Which conversation runs in which pane, of all given users at once; a user without any agent may be missing. */
export async function observeAgents(
  context: Context,
  owners: readonly PaneOwner[],
  table: ProcessTable,
  memoryOf: (user: string) => ClaimMemory,
): Promise<ReadonlyMap<string, AgentObservation>> {
  const readings = await askUsers(agentQuestions(context, owners, table), context.signal);
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
  const { agent: name, pid, startTime, pane, reading } = holder.answer;
  if (pane === null) return [];
  const facts = { name, version: reading.version, process: { pid, startTime }, launch: reading.launch };
  if (assignment?.kind === 'assigned') {
    const { id, source, confidence } = assignment.claim;
    const found: AgentFinding = { kind: 'conversation', source, confidence };
    return [[pane, { conversation: { agent: name, id, ended: null }, agent: { ...facts, found } }]];
  }
  const reason = assignment?.reason ?? reading.reason ?? 'nothing tells which conversation it holds';
  const found: AgentFinding = reading.fresh ? { kind: 'fresh' } : { kind: 'unidentified', reason };
  return [[pane, { conversation: null, agent: { ...facts, found } }]];
}
