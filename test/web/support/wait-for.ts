import { setTimeout as pause } from 'node:timers/promises';

/** Fifty people's restores start Node some hundred times, four at a time. */
const limitMs = 60_000;

/** Asks again and again until there is an answer. */
export async function waitFor<Value>(ask: () => Promise<Value | null> | Value | null, what: string): Promise<Value> {
  const endMs = Date.now() + limitMs;
  let pauseMs = 50;
  while (Date.now() < endMs) {
    const value = await ask();
    if (value !== null) return value;
    await pause(pauseMs);
    // What takes long is asked less and less often: a page may be asked for so many times a minute.
    pauseMs = Math.min(pauseMs * 1.3, 1_000);
  }
  throw new Error(`waited in vain for ${what}`);
}
