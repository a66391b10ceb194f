import { setTimeout as delay } from 'node:timers/promises';

/** Waits; returns whether the time has passed before the signal came. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
