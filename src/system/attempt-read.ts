import { isReadError } from './is-read-error.ts';

/** What was read, or why it could not be. */
export type Attempt<Value> =
  { readonly kind: 'read'; readonly value: Value } | { readonly kind: 'unreadable'; readonly reason: string };

/** Makes an answer of a HostReadError and of a StateReadError; other errors are thrown on. */
export function attemptRead<Value>(read: () => Value): Attempt<Value> {
  try {
    return { kind: 'read', value: read() };
  } catch (error) {
    if (isReadError(error)) return { kind: 'unreadable', reason: error.message };
    throw error;
  }
}
