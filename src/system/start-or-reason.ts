import { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';

export type Start<Started> =
  | { readonly kind: 'started'; readonly started: Started }
  | { readonly kind: 'failed'; readonly reason: Promise<unknown> };

/**
 * Starts a program by way of a library, and tells why there is no process where the library cannot.
 *
 * Where descriptors are lacking, Node gives a child without streams, and its reason later (20.20); execa falls over such a
 * child before it listens (9.6). Only where Node publishes its children is that one seen.
 */
export function startOrReason<Started>(start: () => Started): Start<Started> {
  const children: ChildProcess[] = [];
  const note = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('process' in message)) return;
    if (message.process instanceof ChildProcess) children.push(message.process);
  };
  subscribe('child_process', note);
  try {
    return { kind: 'started', started: start() };
  } catch (error) {
    const unborn = children.find(({ pid }) => pid === undefined);
    if (unborn === undefined) throw error;
    return { kind: 'failed', reason: once(unborn, 'error').then(([reason]: unknown[]) => reason) };
  } finally {
    unsubscribe('child_process', note);
  }
}
