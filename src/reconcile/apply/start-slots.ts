import { statSync, utimesSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startSlotPath, startTurnPath } from '../../state/state-paths.ts';
import { lockAtOnce, lockFile, lockFree, openLockFile } from '../../system/files/file-lock.ts';
import { closeQuietly, quietly } from '../../system/files/read-file.ts';

/** The slots for starting agents that all runs with the same state directory share. */
export interface StartSlots {
  /**
   * Waits until that many agents may start, or until all slots are taken when there are fewer. Returns a function that
   * gives the slots back. Call it again only after it has resolved. Rejects when the run is told to end.
   */
  readonly take: (agents: number) => Promise<() => void>;
  /** Releases all slots to other runs. */
  readonly close: () => void;
}

export interface SlotRules {
  readonly stateDirectory: string;
  /** The number of agents that may start at the same time. */
  readonly count: number;
  /** Called with the reason when this run stops sharing slots. It then continues by itself. */
  readonly onUnusable: (reason: string) => void;
  readonly signal: AbortSignal;
  readonly waitLimitMs?: number;
}

/** An agent keeps a slot for at most 5 s. After so long a wait, the other run must be stuck. */
const defaultWaitLimitMs = 60_000;
/** The interval at which a run with unused slots checks whether another run asks for them. */
const lookEveryMs = 200;
/** For this time after two runs have met, each takes only the slots that it needs. */
const sharingMs = 10_000;

/**
 * A slot is a file with a kernel lock, which the kernel releases however its holder ends.
 *
 * A run that is alone takes all slots with one child process and keeps them, so a turn costs nothing. A run that finds
 * them taken asks for them. Then each run takes slots turn by turn.
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
    // Opened before the first try, because a run that finds the slots taken asks with it afterwards.
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
      // Releases unused slots before waiting. Otherwise two runs could wait for each other.
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

/** The time of the last request: a waiting run touches the turn file. null while the file does not exist. */
function lastAsking(turnPath: string): bigint | null {
  return quietly(() => statSync(turnPath, { bigint: true }).mtimeNs);
}

/** The lock for one starting agent. */
export interface Slot {
  readonly path: string;
  readonly release: () => void;
}

interface SlotsWanted {
  /** The paths of the slots that this run does not hold. */
  readonly free: () => readonly string[];
  /** The holder of this lock gets the next slots. */
  readonly turnPath: string;
  readonly need: number;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

type SlotsWaited =
  /** `hasMetOthers`: not all slots were free at once. */
  | { readonly kind: 'got'; readonly slots: readonly Slot[]; readonly hasMetOthers: boolean }
  | { readonly kind: 'failed'; readonly reason: string };

const pauseMs = 200;
/** Trying one slot costs a process. */
const pauseMsPerSlot = 20;

/**
 * Waits for its turn and then for slots, and keeps each slot that it gets. So a run that needs many is not overtaken
 * forever. No circle of waiting runs can form, because only the run whose turn it is waits while it holds unused slots.
 * Rejects when the run is told to end.
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

/** Touches the turn file, so that a run with unused slots sees the request. If that fails, this run just waits. */
function ask(turnPath: string): void {
  const nowSeconds = (performance.timeOrigin + performance.now()) / 1000;
  quietly(() => utimesSync(turnPath, nowSeconds, nowSeconds));
}
