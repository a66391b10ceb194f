import type { Agent } from './agent.ts';
import { claude } from './claude.ts';

/** Every agent that is known. */
export const agents: readonly Agent[] = [claude];

/** The command that resumes a conversation; null when its agent is not known, or its id is not believable. */
export function resumeCommand(conversation: { readonly agent: string; readonly id: string }): readonly string[] | null {
  return agents.find((agent) => agent.name === conversation.agent)?.resumeCommand(conversation.id) ?? null;
}
