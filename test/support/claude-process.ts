import type { AgentProcess, ProcessFacts } from '../../src/agents/agent.ts';

export interface ProcessSpec extends Partial<Omit<AgentProcess, 'env'>> {
  readonly variables?: Readonly<Record<string, string>>;
}

export const claudeVersion = '2.1.329';

/** The facts of a natively installed Claude Code that a person typed `claude` for. */
export function claudeProcess({ variables = {}, ...spec }: ProcessSpec = {}): AgentProcess {
  return {
    pid: 4711,
    ppid: 4000,
    startTime: '123456',
    startedAtMs: Date.now() - 60_000,
    comm: 'claude',
    exe: `/home/emo/.local/share/claude/versions/${claudeVersion}`,
    argv: ['claude'],
    cwd: '/home/emo/code',
    children: [],
    stamp: null,
    env: (name) => variables[name] ?? null,
    ...spec,
  };
}

/** Any other process, for instance a child of an agent. */
export function otherProcess(
  pid: number,
  startTime: string,
  variables: Readonly<Record<string, string>>,
): ProcessFacts {
  const { children: _, stamp: __, ...facts } = claudeProcess({ pid, startTime, variables });
  return { ...facts, comm: 'bash', exe: '/usr/bin/bash', argv: ['bash'] };
}
