import { setTimeout as delay } from 'node:timers/promises';

/** Waits for the end of `work` and takes a step at it; also one every `pauseMs` before. Fails as soon as either does. */
export async function everySoOften(work: Promise<void>, pauseMs: number, step: () => Promise<void>): Promise<void> {
  for (let isOver = false; !isOver;) {
    const pause = new AbortController();
    const { signal } = pause;
    try {
      const paused = delay(pauseMs, false, { signal }).catch(() => false);
      isOver = await Promise.race([work.then(() => true), paused]);
    } finally {
      pause.abort();
    }
    await step();
  }
}
