import type { AgentProcess, AgentReading, ProcessFacts } from '../../src/agents/agent.ts';
import { readConversations } from '../../src/agents/claude/read-conversations.ts';
import type { ClaudeHome } from './claude-home.ts';

export interface ProcessSpec extends Partial<Omit<AgentProcess, 'env'>> {
  readonly variables?: Readonly<Record<string, string>>;
}

const claudeVersion = '2.1.329';

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
    ancestors: [],
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

/** What that process writes down about itself. */
export function currentRecord(sessionId: string, overrides: object = {}): object {
  const { pid, startTime, cwd } = claudeProcess();
  const fields = { pid, sessionId, cwd, startedAt: Date.now(), procStart: startTime, version: claudeVersion };
  return { ...fields, kind: 'interactive', entrypoint: 'cli', ...overrides };
}

/** What a process holds, when it is the user's only one. */
export function readOne(box: ClaudeHome, process: AgentProcess): AgentReading {
  const reading = readConversations([process], box.files).get(process);
  if (reading === undefined) throw new Error('no reading');
  return reading;
}
