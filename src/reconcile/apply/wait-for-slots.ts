import { utimesSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { lockFile } from '../../system/file-lock.ts';
import { lockFree } from '../../system/lock-at-once.ts';
import { quietly } from '../../system/quietly.ts';

/** The lock that stands for one agent that starts. */
export interface Slot {
  readonly path: string;
  readonly release: () => void;
}

export interface SlotsWanted {
  /** The slots that this run does not hold. */
  readonly free: () => readonly string[];
  /** Whoever holds this lock is next to get slots. */
  readonly turnPath: string;
  readonly need: number;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

export type SlotsWaited =
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
export async function waitForSlots({ free, turnPath, need, limitMs, signal }: SlotsWanted): Promise<SlotsWaited> {
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
