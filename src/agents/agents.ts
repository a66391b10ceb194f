import type { Agent } from './agent.ts';
import { claude } from './claude/claude.ts';

/** Every agent that is known; the first that recognises a process has it. */
export const agents: readonly Agent[] = [claude];
