import { setTimeout as pause } from 'node:timers/promises';

/** Fifty people's restores start Node some hundred times, four at a time. */
const limitMs = 60_000;

/** Asks again and again until there is an answer. */
export async function waitFor<Value>(ask: () => Promise<Value | null> | Value | null, what: string): Promise<Value> {
  const endMs = Date.now() + limitMs;
  while (Date.now() < endMs) {
    const value = await ask();
    if (value !== null) return value;
    await pause(50);
  }
  throw new Error(`waited in vain for ${what}`);
}
