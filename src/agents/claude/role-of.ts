import type { ProcessFacts } from '../agent.ts';
import { mayBeNode } from '../node-script.ts';
import { isVersion } from './claude-version.ts';
import { isInteractive } from './conversation-arguments.ts';
import { programOf } from './program.ts';

const names: ReadonlySet<string> = new Set(['claude', 'claude.exe', 'bun']);

/** Whether a process of this command name (comm) could be Claude Code: the versioned executable is named by its version. */
export function mayBeClaude(comm: string): boolean {
  return names.has(comm) || isVersion(comm) || mayBeNode(comm);
}

/** Whether a process is Claude Code, and a person converses with it. */
export function roleOf(facts: ProcessFacts): 'interactive' | 'other' | null {
  const program = programOf(facts);
  if (program === null) return null;
  // Without its arguments the title tells: other roles have a longer one (`claude daemon`), and are not recognised.
  return program.args === null || isInteractive(program.args) ? 'interactive' : 'other';
}
