/** What a read gives, or null where it fails: for what may vanish, or be hidden, while it is looked at. */
export function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
