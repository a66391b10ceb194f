import { statSync, utimesSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startSlotPath, startTurnPath } from '../../state/state-paths.ts';
import { lockAtOnce, lockFile, lockFree, openLockFile } from '../../system/file-lock.ts';
import { closeQuietly, quietly } from '../../system/read-file.ts';

/** The room on the host for agents that start, which all runs with the same state directory share. */
export interface StartSlots {
  /**
   * Waits until so many agents may start, or as many as ever may, and returns what gives their room back. To be called again
   * only once it has answered. Fails when the run is told to end.
   */
  readonly take: (agents: number) => Promise<() => void>;
  /** Leaves all room to others. */
  readonly close: () => void;
}

export interface SlotRules {
  readonly stateDirectory: string;
  /** How many agents may start at a time. */
  readonly count: number;
  /** Is told why this run does not count with others any more; it then goes on by itself. */
  readonly onUnusable: (reason: string) => void;
  readonly signal: AbortSignal;
  readonly waitLimitMs?: number;
}

/** No agent keeps a slot for longer than 5 s: who waits so long waits for a run that does not go on. */
const defaultWaitLimitMs = 60_000;
/** How often a run that holds room which it does not use looks whether another one asks for it. */
const lookEveryMs = 200;
/** For so long after two runs have met, each takes what it needs and no more. */
const sharingMs = 10_000;

/**
 * A slot is a file with a kernel lock, which the kernel frees however its holder ends.
 *
 * A run that is alone takes all slots by one child process and keeps them: no turn costs anything. A run that finds them taken
 * asks for them, and then each takes slots turn by turn.
 */
export function openStartSlots({ stateDirectory, count, onUnusable, signal, ...rules }: SlotRules): StartSlots {
  const { waitLimitMs: limitMs = defaultWaitLimitMs } = rules;
  const paths = Array.from({ length: count }, (_, at) => startSlotPath(stateDirectory, at + 1));
  const turnPath = startTurnPath(stateDirectory);
  const used = new Set<Slot>();
  let spare: readonly Slot[] = [];
  let isUsable = true;
  let seenAsking: bigint | null = null;
  let sharesUntilMs = 0;
  let looking: NodeJS.Timeout | undefined;

  const free = (): readonly string[] => {
    const held = new Set([...used, ...spare].map(({ path }) => path));
    return paths.filter((path) => !held.has(path));
  };
  const share = (): void => {
    sharesUntilMs = performance.now() + sharingMs;
  };
  const isSharing = (): boolean => performance.now() < sharesUntilMs;
  const freeSpare = (): void => {
    clearInterval(looking);
    looking = undefined;
    for (const { release } of spare) release();
    spare = [];
  };
  const heedOthers = (): void => {
    if (lastAsking(turnPath) !== seenAsking) share();
    if (isSharing()) freeSpare();
  };
  const keep = (slots: readonly Slot[]): void => {
    spare = [...spare, ...slots];
    looking ??= setInterval(heedOthers, lookEveryMs).unref();
    heedOthers();
  };
  const use = (slots: readonly Slot[]): (() => void) => {
    for (const slot of slots) used.add(slot);
    return () => keep(slots.filter((slot) => used.delete(slot)));
  };
  const takeAll = async (): Promise<void> => {
    // Before it is tried: who finds the slots taken asks afterwards.
    const turnFile = openLockFile(turnPath);
    if (typeof turnFile === 'number') closeQuietly(turnFile);
    seenAsking = lastAsking(turnPath);
    const wanted = free();
    const [releaseTurn, ...releases] = (await lockAtOnce([turnPath, ...wanted], { signal })) ?? [];
    releaseTurn?.();
    if (releaseTurn === undefined) return share();
    keep(wanted.flatMap((path, at) => slotOf(path, releases[at])));
  };

  return {
    take: async (agents) => {
      signal.throwIfAborted();
      const need = Math.min(agents, count);
      if (!isUsable) return () => {};
      if (spare.length < need && !isSharing()) await takeAll();
      if (spare.length >= need) {
        const slots = spare.slice(0, need);
        spare = spare.slice(need);
        return use(slots);
      }
      // Nobody waits with slots in hand that only its own waiting keeps from being given back.
      freeSpare();
      const waiting = await waitForSlots({ free, turnPath, need, limitMs, signal });
      signal.throwIfAborted();
      seenAsking = lastAsking(turnPath);
      if (waiting.kind === 'got') {
        if (waiting.hasMetOthers) share();
        return use(waiting.slots);
      }
      isUsable = false;
      onUnusable(waiting.reason);
      return () => {};
    },
    close: () => {
      freeSpare();
      for (const { release } of used) release();
      used.clear();
    },
  };
}

function slotOf(path: string, release: (() => void) | undefined): readonly Slot[] {
  return release === undefined ? [] : [{ path, release }];
}

/** Whoever waits touches the file of the turn. null as long as it is not there. */
function lastAsking(turnPath: string): bigint | null {
  return quietly(() => statSync(turnPath, { bigint: true }).mtimeNs);
}

/** The lock that stands for one agent that starts. */
export interface Slot {
  readonly path: string;
  readonly release: () => void;
}

interface SlotsWanted {
  /** The slots that this run does not hold. */
  readonly free: () => readonly string[];
  /** Whoever holds this lock is next to get slots. */
  readonly turnPath: string;
  readonly need: number;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

type SlotsWaited =
  /** `hasMetOthers`: they were not all free at once. */
  | { readonly kind: 'got'; readonly slots: readonly Slot[]; readonly hasMetOthers: boolean }
  | { readonly kind: 'failed'; readonly reason: string };

const pauseMs = 200;
/** Trying a slot costs a process. */
const pauseMsPerSlot = 20;

/**
 * Waits for its turn, and then for slots, which it keeps as they come: one that needs many is not overtaken for ever. Nobody
 * waits in a circle, for only the one whose turn it is waits with slots in hand that no agent uses. Fails when it is told to end.
 */
async function waitForSlots({ free, turnPath, need, limitMs, signal }: SlotsWanted): Promise<SlotsWaited> {
  const deadlineMs = performance.now() + limitMs;
  const nobodyGoesOn = { kind: 'failed', reason: `other runs left no room for ${limitMs / 1000} s` } as const;
  const turn = await lockFile(turnPath, { waitSeconds: limitMs / 1000, signal });
  if (turn.kind === 'failed') return turn;
  if (turn.kind === 'busy') return nobodyGoesOn;
  const slots: Slot[] = [];
  let isWhole = false;
  try {
    for (let round = 0; performance.now() < deadlineMs; round += 1) {
      const untaken = free().filter((path) => slots.every((slot) => slot.path !== path));
      const locked = await lockFree(untaken, need - slots.length);
      if (locked === null) return { kind: 'failed', reason: `cannot lock ${untaken.join(', ')}` };
      for (const [path, release] of locked) slots.push({ path, release });
      signal.throwIfAborted();
      isWhole = slots.length >= need;
      if (isWhole) return { kind: 'got', slots, hasMetOthers: round > 0 };
      ask(turnPath);
      await delay(Math.max(pauseMs, pauseMsPerSlot * untaken.length), undefined, { signal }).catch(() =>
        signal.throwIfAborted(),
      );
    }
    return nobodyGoesOn;
  } finally {
    if (!isWhole) for (const { release } of slots) release();
    turn.release();
  }
}

/** Whoever keeps slots that no agent uses sees it by the time of the file. One that cannot be told is waited for. */
function ask(turnPath: string): void {
  const nowSeconds = (performance.timeOrigin + performance.now()) / 1000;
  quietly(() => utimesSync(turnPath, nowSeconds, nowSeconds));
}
