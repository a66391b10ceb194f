import { isAbsolute } from 'node:path';
import type { AgentLaunch } from '../core/conversation.ts';
import type { ProcessFacts } from './agent.ts';
import type { SplitVector } from './option-vector.ts';
import type { UserFiles } from './user-files.ts';

interface LaunchFacts {
  /** The name under which the user's PATH finds the agent. */
  readonly name: string;
  /** The word that started it. */
  readonly calledAs: string;
  readonly vector: SplitVector;
  /** The first positional words, which are no prompt: a subcommand and its object. */
  readonly ownWords?: readonly string[];
  /** Variables for the agent's own directories or files; all others come from the login shell. */
  readonly variables: readonly string[];
  /** The directory in which the conversation can be resumed; the process's directory when not given. */
  readonly directory?: string | null;
}

/** The launch of a process, with only what may be repeated. */
export function launchOf(process: ProcessFacts, facts: LaunchFacts, files: UserFiles): AgentLaunch {
  const { name, calledAs, vector, ownWords = [], variables, directory = null } = facts;
  const hasPrompt = vector.positionals.length > ownWords.length;
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

/** An absolute path from an agent's environment; null when it is not absolute, or not valid. */
export function absolutePath(value: string | null): string | null {
  if (value === null || value.length > 4096 || !isAbsolute(value) || /[\x00-\x1f\x7f]/.test(value)) return null;
  return value.replace(/(?<=.)\/+$/, '');
}

/** Whether an update keeps the path. Package directories and directories with a version come and go. */
function isLasting(path: string): boolean {
  return isAbsolute(path) && !/\/(versions|releases|node_modules|_npx)\//.test(path) && !/[\x00-\x1f\x7f]/.test(path);
}
