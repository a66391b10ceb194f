export interface Settleable<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
}

/** Promise.withResolvers, which Node 20 has not. */
export function settleable<Value>(): Settleable<Value> {
  let resolve: (value: Value) => void = doNothing;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const doNothing = (): void => {};
