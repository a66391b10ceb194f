import type { Agent } from './agent.ts';
import { claude } from './claude/claude.ts';
import { codex } from './codex/codex.ts';
import { copilot } from './copilot/copilot.ts';
import { gemini } from './gemini/gemini.ts';
import { opencode } from './opencode/opencode.ts';
import { pi } from './pi/pi.ts';

/** Every known agent. A process belongs to the first one that recognises it. */
export const agents: readonly Agent[] = [claude, codex, copilot, opencode, gemini, pi];
