import { join } from 'node:path';
import process from 'node:process';
import { readBounded } from '../system/files/read-file.ts';
import { mayBeNode, ownerOf } from './read-process-facts.ts';
import type { ListedProcess } from './reading-protocol.ts';

/** As the launcher and ask-users.ts name them. */
const programs: ReadonlySet<string> = new Set(
  ['bin.js', 'read-agents.cjs'].map((name) => join(import.meta.dirname, name)),
);
/** More than a run of this program has before its first argument. */
const maxVectorBytes = 64 * 1024;

/**
 * Whether a process is a run of this program, such as the watch, which is a Node process and no agent: nobody needs to
 * be started to look into it.
 *
 * Only of the own user's: the arguments of another user's process can keep their reader waiting.
 */
export function isOwnRun({ pid, comm }: Pick<ListedProcess, 'pid' | 'comm'>): boolean {
  if (pid === process.pid) return true;
  if (!mayBeNode(comm) || ownerOf(`/proc/${pid}`) !== process.geteuid?.()) return false;
  const words = (readBounded(`/proc/${pid}/cmdline`, maxVectorBytes) ?? '').split('\0');
  const script = words.slice(1).find((word) => !word.startsWith('-'));
  return script !== undefined && programs.has(script);
}
