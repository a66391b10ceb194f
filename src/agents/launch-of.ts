import { isAbsolute } from 'node:path';
import type { AgentLaunch } from '../core/conversation.ts';
import type { ProcessFacts } from './agent.ts';
import type { SplitVector } from './option-vector.ts';
import type { UserFiles } from './user-files.ts';

interface LaunchFacts {
  /** The name by which the user's PATH finds it. */
  readonly name: string;
  /** The word by which it was started. */
  readonly calledAs: string;
  readonly vector: SplitVector;
  /** Positional words that are no prompt: a subcommand, and what it is about. */
  readonly ownWords?: readonly string[];
  /** Variables with directories or files of the agent's own; all others come from the login shell. */
  readonly variables: readonly string[];
  /** Where the conversation can be resumed; the process's directory when not given. */
  readonly directory?: string | null;
}

/** How a process was started, with what may be repeated of it. */
export function launchOf(process: ProcessFacts, facts: LaunchFacts, files: UserFiles): AgentLaunch {
  const { name, calledAs, vector, ownWords = [], variables, directory = null } = facts;
  const hasPrompt = vector.positionals.some((word) => !ownWords.includes(word));
  return {
    executable: isLasting(calledAs) && files.stat(calledAs) !== null ? calledAs : name,
    args: vector.kept,
    droppedArgs: hasPrompt ? [...vector.dropped, 'prompt'] : vector.dropped,
    env: Object.fromEntries(
      variables.flatMap((variable) => {
        const value = absolutePath(process.env(variable));
        return value === null ? [] : [[variable, value]];
      }),
    ),
    directory: directory ?? process.cwd ?? files.home,
  };
}

/** A path that an agent may be told by its environment; null when it is not absolute, or not of this world. */
export function absolutePath(value: string | null): string | null {
  if (value === null || value.length > 4096 || !isAbsolute(value) || /[\x00-\x1f\x7f]/.test(value)) return null;
  return value.replace(/(?<=.)\/+$/, '');
}

/** Package directories and versioned ones come and go with updates. */
function isLasting(path: string): boolean {
  return isAbsolute(path) && !/\/(versions|releases|node_modules|_npx)\//.test(path) && !/[\x00-\x1f\x7f]/.test(path);
}
