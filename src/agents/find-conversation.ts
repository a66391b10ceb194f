import type { Agent, AgentProcess } from './agent.ts';
import { agents } from './agents.ts';

/** Which conversation runs in a pane, given the pane's processes, nearest first; null when none can be told. */
export function findConversation(
  processes: readonly AgentProcess[],
): { readonly agent: string; readonly id: string } | null {
  const running = outermostAgents(processes).filter(({ agent, process }) => agent.isInteractive(process));
  const shown = running.find(({ process }) => process.foreground) ?? running[0];
  if (shown === undefined) return null;
  const id = shown.agent.conversationIdOf(shown.process);
  return id === null ? null : { agent: shown.agent.name, id };
}

interface RunningAgent {
  readonly agent: Agent;
  readonly process: AgentProcess;
}

/** An agent that another agent started is the other one's tool, not the pane's conversation. */
function outermostAgents(processes: readonly AgentProcess[]): readonly RunningAgent[] {
  const inside = new Set<number>();
  const outermost: RunningAgent[] = [];
  for (const process of processes) {
    const agent = inside.has(process.ppid) ? undefined : agents.find((candidate) => candidate.recognises(process));
    if (agent !== undefined) outermost.push({ agent, process });
    if (agent !== undefined || inside.has(process.ppid)) inside.add(process.pid);
  }
  return outermost;
}
