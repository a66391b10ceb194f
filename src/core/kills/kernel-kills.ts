/** A process that the kernel killed for lack of memory, as its log says. */
export interface KernelKill {
  readonly pid: number;
  readonly cause:
    | { readonly kind: 'host' }
    /** The control group whose limit it was; null when the kernel did not say. */
    | { readonly kind: 'limit'; readonly cgroup: string | null };
}

export interface KernelMessage {
  readonly text: string;
  /** On a clock that only goes forward. */
  readonly microseconds: number;
}

/** What the messages so far say of the kills that may follow them. */
export interface KernelKillState {
  /** The victim that `oom-kill:` named, whose kill has not been told yet. */
  readonly chosen: KernelKill | null;
  /** The control group that is being killed as a whole. */
  readonly group: string | null;
  readonly microseconds: number;
}

export const noKernelKill: KernelKillState = { chosen: null, group: null, microseconds: 0 };

/** The lines of one kill come within milliseconds. What is older tells nothing of a kill that lacks its first line. */
const longestKillUs = 1_000_000;

/**
 * Reads one message of the kernel's log, after the ones before it. Linux 5.10 to 6.18 write, in this order and under
 * one lock for all kills:
 *
 *     oom-kill:constraint=CONSTRAINT_MEMCG,…,oom_memcg=PATH,task_memcg=PATH,task=NAME,pid=N,uid=N
 *     Memory cgroup out of memory: Killed process N (NAME) …
 *     Tasks in PATH are going to be killed due to memory.oom.group set
 *     Memory cgroup out of memory: Killed process N (NAME) …
 *
 * The first line is left out when there are more than ten in five seconds (measured on 6.18). Only the second says that
 * the kill happened. So it counts, and the first one tells whose limit it was.
 *
 * A user chooses NAME and parts of PATH. No text of a user stands before the pid of `Killed process`.
 */
export function readKernelMessage(
  before: KernelKillState,
  { text, microseconds }: KernelMessage,
): { readonly state: KernelKillState; readonly kill: KernelKill | null } {
  const state = microseconds - before.microseconds > longestKillUs ? noKernelKill : before;
  if (text.startsWith('oom-kill:')) {
    return { state: { chosen: chosenBy(text), group: null, microseconds }, kill: null };
  }
  const group = groupStart.exec(text)?.[1];
  if (group !== undefined) return { state: { chosen: null, group, microseconds }, kill: null };
  const [, limit, pidText] = killed.exec(text) ?? [];
  if (pidText === undefined) return { state, kill: null };
  const pid = Number(pidText);
  if (limit === undefined) return { state: noKernelKill, kill: { pid, cause: { kind: 'host' } } };
  if (state.chosen?.pid === pid) return { state: noKernelKill, kill: state.chosen };
  const kill: KernelKill = { pid, cause: { kind: 'limit', cgroup: state.group } };
  return { state: { chosen: null, group: state.group, microseconds }, kill };
}

const killed = /^(?:(Memory cgroup out of memory)|Out of memory(?: \([a-z_]+\))?): Killed process (\d{1,10}) \(/;

const groupStart = /^Tasks in (\/.*) are going to be killed due to memory\.oom\.group set$/s;

/** null for a line that the kernel could not write whole: a path may be longer than a message. */
function chosenBy(message: string): KernelKill | null {
  const constraint = /^oom-kill:constraint=([A-Z_]+),/.exec(message)?.[1];
  // Greedy: nothing of the user's follows the pid.
  const [, before, pid] = /^(.*),pid=(\d{1,10}),uid=\d{1,10}$/s.exec(message) ?? [];
  if (constraint === undefined || before === undefined || pid === undefined) return null;
  const isLimit = constraint === 'CONSTRAINT_MEMCG';
  return { pid: Number(pid), cause: isLimit ? { kind: 'limit', cgroup: limitedGroup(before) } : { kind: 'host' } };
}

/**
 * The control group that reached its limit. The group of the task is that one or lies below it. This decides where the
 * path ends, for a name may contain `,task_memcg=`.
 */
function limitedGroup(before: string): string | null {
  const key = ',oom_memcg=';
  // A name cannot contain `/`, so that `=/` after the key is the start of the path.
  const start = before.indexOf(`${key}/`);
  if (start < 0) return null;
  const rest = before.slice(start + key.length);
  const ends = [...rest.matchAll(/,task_memcg=(?=\/)/g)];
  const found = ends.find(({ index, 0: match }) => {
    const group = rest.slice(0, index);
    const task = rest.slice(index + match.length);
    return group === '/' || task.startsWith(`${group}/`) || task.startsWith(`${group},task=`);
  });
  const end = found ?? ends[0];
  return end === undefined ? null : rest.slice(0, end.index);
}
