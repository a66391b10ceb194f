/** Asks again and again until the answer is yes; fails loudly when it is not within the limit. */
export async function waitFor(
  predicate: () => boolean | Promise<boolean>,
  limitMs: number,
  what: string | (() => string) = 'the condition',
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await predicate())) {
    if (Date.now() > deadline) {
      throw new Error(`${typeof what === 'string' ? what : what()} did not come true within ${limitMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
