import { basename } from 'node:path';
import type { Agent, ProcessFacts } from './agent.ts';

const clients: ReadonlySet<string> = new Set(
  'docker podman nerdctl kubectl lxc incus machinectl nsenter distrobox toolbox'.split(' '),
);

/** Whether a process of this command name could run a program in a container. */
export function mayRunContainers(comm: string): boolean {
  return clients.has(comm);
}

export interface ContainedAgent {
  readonly agent: Agent;
  readonly reason: string;
}

/**
 * The agent that a process runs in a container, such as `docker exec -it box claude`; null for another program. The
 * agent itself is no process of the pane, and keeps its files elsewhere.
 */
export function agentInContainer({ comm, argv }: ProcessFacts, agents: readonly Agent[]): ContainedAgent | null {
  if (!mayRunContainers(comm) || argv === null) return null;
  const words = new Set(argv.slice(1, 1 + maxWords).map((word) => basename(word)));
  const agent = agents.find(({ name }) => words.has(name));
  return agent === undefined ? null : { agent, reason: `it runs in a container, by ${comm}, which is not looked into` };
}

const maxWords = 64;
