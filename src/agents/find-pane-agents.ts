import { groupBy } from '../core/group-by.ts';
import type { Agent, AgentProcess, ProcessFacts } from './agent.ts';
import type { ListedProcess, PaneQuestion, UserQuestion } from './reading-protocol.ts';

export interface FoundAgent {
  readonly agent: Agent;
  readonly process: AgentProcess;
  /** tmux's `%N`; null for an agent outside of panes. */
  readonly pane: string | null;
}

/**
 * The interactive agents among a user's processes. Each pane gives the agent in the foreground, else the one nearest to
 * the pane's own process. All agents outside of panes are included. An agent that another agent started is a tool of
 * that one, and is left out.
 */
export function findPaneAgents(
  question: UserQuestion,
  facts: ReadonlyMap<number, ProcessFacts>,
  agents: readonly Agent[],
): readonly FoundAgent[] {
  const childrenOf = groupBy(question.processes, ({ ppid }) => ppid);
  const byPid = new Map(question.processes.map((one) => [one.pid, one]));
  const inPanes = new Set<number>();
  const found: FoundAgent[] = [];
  const add = ({ agent, facts: own }: Candidate, pane: PaneQuestion | null): void => {
    const children = (childrenOf.get(own.pid) ?? []).flatMap((child) => facts.get(child.pid) ?? []);
    const ancestors = pane === null ? [] : ancestorsInPane(own.pid, pane.pid, byPid, facts);
    const process = withContext(own, { children, ancestors, stamp: pane?.stamp ?? null });
    found.push({ agent, process, pane: pane?.pane ?? null });
  };
  for (const pane of question.panes) {
    const family = familyOf(pane.pid, byPid, childrenOf);
    for (const member of family) inPanes.add(member.pid);
    const chosen = chooseFor(pane, outermost(family, facts, agents));
    if (chosen !== null) add(chosen, pane);
  }
  const others = question.processes.filter(({ pid }) => !inPanes.has(pid));
  for (const candidate of outermost(others, facts, agents)) add(candidate, null);
  return found;
}

interface Candidate {
  readonly agent: Agent;
  readonly listed: ListedProcess;
  readonly facts: ProcessFacts;
}

/** A process and all its descendants, nearest first, each once. */
function familyOf(
  root: number,
  byPid: ReadonlyMap<number, ListedProcess>,
  childrenOf: ReadonlyMap<number, readonly ListedProcess[]>,
): readonly ListedProcess[] {
  const family = new Map<number, ListedProcess>();
  let generation: readonly ListedProcess[] = [byPid.get(root) ?? []].flat();
  while (generation.length > 0) {
    const fresh = generation.filter(({ pid }) => !family.has(pid));
    for (const member of fresh) family.set(member.pid, member);
    generation = fresh.flatMap(({ pid }) => childrenOf.get(pid) ?? []);
  }
  return [...family.values()];
}

/** Interactive agents that do not descend from another agent in the list, in the order of the list. */
function outermost(
  processes: readonly ListedProcess[],
  facts: ReadonlyMap<number, ProcessFacts>,
  agents: readonly Agent[],
): readonly Candidate[] {
  const parents = new Map(processes.map(({ pid, ppid }) => [pid, ppid]));
  const roles = new Map(
    processes.flatMap(({ pid }) => {
      const own = facts.get(pid);
      const role = own === undefined ? null : roleAmong(own, agents);
      return own === undefined || role === null ? [] : [[pid, { ...role, facts: own }] as const];
    }),
  );
  return processes.flatMap((listed) => {
    const own = roles.get(listed.pid);
    if (own?.role !== 'interactive') return [];
    const isNested = ancestorsOf(listed.pid, parents).some((pid) => roles.has(pid));
    return isNested ? [] : [{ agent: own.agent, listed, facts: own.facts }];
  });
}

/** The listed ancestors, nearest first. Pids wrap around, so an ancestor may have any number. */
function ancestorsOf(pid: number, parents: ReadonlyMap<number, number>): readonly number[] {
  const seen = new Set<number>();
  for (let at = parents.get(pid); at !== undefined && at !== pid && !seen.has(at); at = parents.get(at)) seen.add(at);
  return [...seen];
}

function roleAmong(
  facts: ProcessFacts,
  agents: readonly Agent[],
): { readonly agent: Agent; readonly role: 'interactive' | 'other' } | null {
  for (const agent of agents) {
    const role = agent.mayBe(facts.comm) ? agent.roleOf(facts) : null;
    if (role !== null) return { agent, role };
  }
  return null;
}

/** The agent that the user at the pane sees: the foreground's agent, or else the nearest in the background. */
function chooseFor(pane: PaneQuestion, candidates: readonly Candidate[]): Candidate | null {
  return candidates.find(({ listed }) => listed.pgrp === pane.foregroundGroup) ?? candidates[0] ?? null;
}

/** Keeps the lazy readers of the facts, because a copy would read every link and vector at once. */
function withContext(
  facts: ProcessFacts,
  { children, ancestors, stamp }: Pick<AgentProcess, 'children' | 'ancestors' | 'stamp'>,
): AgentProcess {
  return Object.create(facts, {
    children: { value: children },
    ancestors: { value: ancestors },
    stamp: { value: stamp },
  });
}

/** Ends at the first ancestor of another user, such as `sudo`, of which only the name is told. */
function ancestorsInPane(
  pid: number,
  root: number,
  byPid: ReadonlyMap<number, ListedProcess>,
  facts: ReadonlyMap<number, ProcessFacts>,
): readonly ProcessFacts[] {
  const ancestors: ProcessFacts[] = [];
  for (let at = pid; at !== root && ancestors.length < maxAncestors;) {
    const listed = byPid.get(byPid.get(at)?.ppid ?? 0);
    if (listed === undefined) break;
    const own = facts.get(listed.pid);
    ancestors.push(own ?? nameOnly(listed));
    if (own === undefined) break;
    at = own.pid;
  }
  return ancestors;
}

function nameOnly({ pid, ppid, startTime, comm }: ListedProcess): ProcessFacts {
  return { pid, ppid, startTime, startedAtMs: 0, comm, exe: null, argv: null, cwd: null, env: () => null };
}

/** Also ends a cycle among parents, which a table read over time may show. */
const maxAncestors = 32;
