import type { Agent } from './agent.ts';
import { claude } from './claude/claude.ts';
import { codex } from './codex/codex.ts';
import { copilot } from './copilot/copilot.ts';
import { gemini } from './gemini/gemini.ts';
import { opencode } from './opencode/opencode.ts';

/** Every agent that is known; the first that recognises a process has it. */
export const agents: readonly Agent[] = [claude, codex, copilot, opencode, gemini];
