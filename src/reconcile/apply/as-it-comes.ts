import { setTimeout as delay } from 'node:timers/promises';

/**
 * Does `work`, which hands over items, and takes them as they come: all that come within `lingerMs` of the first, or before
 * the end of the work, in one step. Fails as soon as the work or a step does.
 */
export async function asItComes<Item>(
  work: (handOver: (item: Item) => void) => Promise<void>,
  lingerMs: number,
  step: (items: readonly Item[]) => Promise<void>,
): Promise<void> {
  const items: Item[] = [];
  const progress: Progress = { isOver: false, onItem: null };
  const end = work((item) => {
    items.push(item);
    progress.onItem?.();
  }).then(() => (progress.isOver = true));
  while (!progress.isOver || items.length > 0) {
    if (items.length === 0) await Promise.race([end, new Promise<void>((resolve) => (progress.onItem = resolve))]);
    await within(lingerMs, end);
    if (items.length > 0) await step(items.splice(0));
  }
}

interface Progress {
  isOver: boolean;
  onItem: (() => void) | null;
}

/** Waits for the end, but no longer than that. */
async function within(limitMs: number, end: Promise<unknown>): Promise<void> {
  const pause = new AbortController();
  const { signal } = pause;
  try {
    await Promise.race([end, delay(limitMs, undefined, { signal }).catch(() => {})]);
  } finally {
    pause.abort();
  }
}
