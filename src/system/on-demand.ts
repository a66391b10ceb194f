/** What a call gives, made when it is first asked for, and never again. */
export function onDemand<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}
