import { availableParallelism } from 'node:os';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { readAvailableMemoryMib } from '../../system/host/memory.ts';
import type { Context } from '../context.ts';
import { openStartSlots, type StartSlots } from './start-slots.ts';
import { type StartWatch, watchStarts } from './watch-starts.ts';

/** Lets a few agents start at a time on the host, and none while memory is short. */
interface StartGate {
  /**
   * Waits for a turn. The next turn goes to the waiting user whose agents have taken the least time so far. So nobody's
   * agents keep another user's agents from starting. Rejects when the run is told to end.
   *
   * A session starts all of its agents in one turn. If it has more agents than may start at once, it waits until it is
   * alone.
   */
  readonly enter: (user: string, agents: number) => Promise<Admission>;
}

export type Admission =
  /** The caller must call `leave` once the agent runs, or when it never will. */
  { readonly kind: 'admitted'; readonly leave: () => void } | { readonly kind: 'deferred'; readonly reason: string };

export interface GateRules {
  readonly atOnce: number;
  readonly memoryFloorMib: number;
  /** null when memory cannot be measured. Then it does not limit any start. */
  readonly readAvailableMib: () => number | null;
  /** Whether the user's agents start without showing that they run. */
  readonly isSilent: (user: string) => boolean;
  /** The slots that this run shares with other runs on the host. */
  readonly slots: StartSlots;
  readonly signal: AbortSignal;
}

/** The longest time for which an agent that has not shown that it runs keeps others from starting. */
const turnMs = 5_000;
/** Counted from the opening of the gate. systemd ends a restore after 10 minutes. */
const silentUsersUntilMs = 5 * 60_000;

interface Turn {
  readonly user: string;
  readonly agents: number;
  readonly sinceMs: number;
}

interface Waiting {
  readonly user: string;
  readonly agents: number;
  readonly admit: (leave: () => void) => void;
  readonly fail: (error: unknown) => void;
}

/** Opens a gate for one run. */
export function openStartGate({ atOnce, slots, signal, ...rules }: GateRules): StartGate {
  const openedMs = performance.now();
  const inside = new Set<Turn>();
  const spentMs = new Map<string, number>();
  let waiting: readonly Waiting[] = [];
  let isTaking = false;
  const timeOf = (user: string): number => {
    const running = [...inside].filter((turn) => turn.user === user);
    return running.reduce((sum, { sinceMs }) => sum + performance.now() - sinceMs, spentMs.get(user) ?? 0);
  };
  const begin = ({ user, agents }: Waiting, giveBack: () => void): (() => void) => {
    const turn = { user, agents, sinceMs: performance.now() };
    const leave = (): void => {
      clearTimeout(timer);
      if (!inside.has(turn)) return;
      spentMs.set(user, (spentMs.get(user) ?? 0) + performance.now() - turn.sinceMs);
      inside.delete(turn);
      giveBack();
      admitNext();
    };
    const timer = setTimeout(leave, turnMs).unref();
    inside.add(turn);
    return leave;
  };
  const hasRoomFor = ({ agents }: Waiting): boolean => {
    const starting = [...inside].reduce((sum, turn) => sum + turn.agents, 0);
    return starting === 0 || starting + agents <= atOnce;
  };
  const admit = async (next: Waiting): Promise<void> => {
    const giveBack = await slots.take(next.agents);
    const isWanted = waiting.includes(next);
    waiting = waiting.filter((one) => one !== next);
    if (isWanted) next.admit(begin(next, giveBack));
    else giveBack();
  };
  const admitNext = (): void => {
    const [next] = waiting.toSorted((one, other) => timeOf(one.user) - timeOf(other.user));
    if (isTaking || next === undefined || !hasRoomFor(next)) return;
    isTaking = true;
    admit(next)
      .catch((error: unknown) => {
        waiting = waiting.filter((one) => one !== next);
        next.fail(error);
      })
      .finally(() => {
        isTaking = false;
        admitNext();
      });
  };
  const failAll = (): void => {
    for (const { fail } of waiting) fail(signal.reason);
    waiting = [];
  };
  signal.addEventListener('abort', failAll, { once: true });
  return {
    enter: async (user, agents) => {
      signal.throwIfAborted();
      const leave = await new Promise<() => void>((resolve, fail) => {
        waiting = [...waiting, { user, agents, admit: resolve, fail }];
        admitNext();
      });
      const reason = whyNot(user, performance.now() - openedMs, rules);
      if (reason === null) return { kind: 'admitted', leave };
      leave();
      return { kind: 'deferred', reason };
    },
  };
}

function whyNot(
  user: string,
  sinceOpeningMs: number,
  { memoryFloorMib, readAvailableMib, isSilent }: Omit<GateRules, 'atOnce' | 'slots' | 'signal'>,
): string | null {
  const availableMib = readAvailableMib();
  if (availableMib !== null && availableMib < memoryFloorMib) {
    return `only ${availableMib} MiB of memory are available; the floor is ${memoryFloorMib} MiB`;
  }
  return sinceOpeningMs >= silentUsersUntilMs && isSilent(user)
    ? "the user's agents before it have not shown that they run, which took all the time there was"
    : null;
}

/** Starts the agents of one run a few at a time, and watches them until they run. */
export interface AgentStarts {
  readonly gate: StartGate;
  readonly watch: StartWatch;
  /** The first prompt of the conversations that this run resumes; null for none. */
  readonly message: string | null;
  /** Releases the host's slots to other runs, because this run starts no more agents. */
  readonly end: () => void;
  readonly diagnostics: () => readonly Diagnostic[];
}

export function agentStarts(context: Context, message: string | null): AgentStarts {
  const { stateDirectory, signal } = context;
  const { agentsAtOnce, memoryFloorMib } = context.roster.start;
  const atOnce = agentsAtOnce ?? availableParallelism();
  const diagnostics: Diagnostic[] = [];
  const onUnusable = (reason: string): void => void diagnostics.push(uncounted(reason));
  const watch = watchStarts(context);
  const slots = openStartSlots({ stateDirectory, count: atOnce, onUnusable, signal });
  const { isSilent } = watch;
  const readAvailableMib = readAvailableMemoryMib;
  const gate = openStartGate({ atOnce, memoryFloorMib, readAvailableMib, isSilent, slots, signal });
  return { gate, watch, message, end: slots.close, diagnostics: () => diagnostics };
}

function uncounted(reason: string): Diagnostic {
  const message = `agents were started without regard to those that other runs start: ${reason}`;
  return { severity: 'warning', code: 'starts-uncounted', user: null, message };
}
