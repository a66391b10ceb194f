/** What a call gives, or null where it fails: for what nothing hangs on. */
export function quietly<Value>(call: () => Value): Value | null {
  try {
    return call();
  } catch {
    return null;
  }
}
