import { readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { msOfTicks } from '../system/host/host.ts';
import { readIfThere, readBounded } from '../system/files/read-file.ts';
import type { ProcessFacts } from './agent.ts';
import type { ListedProcess, UserQuestion } from './reading-protocol.ts';

/**
 * The limit for arguments, and for an environment. With the usual stack limit the kernel gives a program at most 2 MiB
 * of both together. A process can show any amount afterwards.
 */
const maxVectorBytes = 2 * 1024 * 1024;

/** Facts of the listed processes that belong to the user, read on demand; other processes are left out. */
export function readProcessFacts(question: UserQuestion): ReadonlyMap<number, ProcessFacts> {
  const own = question.processes.filter(({ pid }) => ownerOf(`/proc/${pid}`) === question.uid);
  return new Map(own.map((listed) => [listed.pid, lazyFacts(listed, question.bootTimeMs)]));
}

/** The number of the user who owns a file or process; null when it is gone. */
export function ownerOf(path: string): number | null {
  return readIfThere(path, () => statSync(path).uid);
}

/** Most processes are only asked for their name. Links and vectors are read on demand. */
function lazyFacts(listed: ListedProcess, bootTimeMs: number): ProcessFacts {
  const { pid, ppid, startTime, comm } = listed;
  const exe = once(() => linkOf(`/proc/${pid}/exe`)?.replace(/ \(deleted\)$/, '') ?? null);
  const argv = once(() => nulSeparated(`/proc/${pid}/cmdline`));
  const cwd = once(() => linkOf(`/proc/${pid}/cwd`));
  const environment = once(() => environmentOf(pid));
  return {
    pid,
    ppid,
    startTime,
    startedAtMs: bootTimeMs + msOfTicks(startTime),
    comm,
    get exe() {
      return exe();
    },
    get argv() {
      return argv();
    },
    get cwd() {
      return cwd();
    },
    env: (name) => environment().get(name) ?? null,
  };
}

function environmentOf(pid: number): ReadonlyMap<string, string> {
  const entries = nulSeparated(`/proc/${pid}/environ`) ?? [];
  return new Map(
    entries.flatMap((entry): readonly (readonly [string, string])[] => {
      const at = entry.indexOf('=');
      return at <= 0 ? [] : [[entry.slice(0, at), entry.slice(at + 1)]];
    }),
  );
}

/** null also for a vector over the limit, because the agent would restart with a part of its arguments. */
function nulSeparated(path: string): readonly string[] | null {
  const text = readBounded(path, maxVectorBytes);
  if (text === null || text === '') return null;
  return (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0');
}

function linkOf(path: string): string | null {
  return readIfThere(path, () => readlinkSync(path));
}

function once<Value>(read: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => (known ??= { value: read() }).value;
}

const optionsWithValue = new Set(['-r', '--require', '--import', '--loader', '-C', '--conditions']);

/** Whether a process of this command name could be Node. From 24 on Node has the name of its main thread. */
export function mayBeNode(comm: string): boolean {
  return comm === 'node' || comm === 'MainThread' || comm === 'node-MainThread';
}

/** The script that a Node process runs, with the words after it; null when it is not Node, or runs no script. */
export function nodeScript({
  exe,
  argv,
}: ProcessFacts): { readonly script: string; readonly args: readonly string[] } | null {
  if (argv === null || basename(exe ?? argv[0] ?? '') !== 'node') return null;
  let at = 1;
  for (let word = argv[at]; word?.startsWith('-'); word = argv[at]) at += optionsWithValue.has(word) ? 2 : 1;
  const script = argv[at];
  return script === undefined ? null : { script, args: argv.slice(at + 1) };
}
