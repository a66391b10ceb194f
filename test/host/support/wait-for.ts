/** Asks again and again until the answer is yes; fails loudly when it is not within the limit. */
export async function waitFor(
  predicate: () => boolean | Promise<boolean>,
  limitMs: number,
  what: string | (() => string) = 'the condition',
): Promise<void> {
  const deadline = Date.now() + limitMs;
  let pauseMs = 20;
  while (!(await predicate())) {
    if (Date.now() > deadline) {
      throw new Error(`${typeof what === 'string' ? what : what()} did not come true within ${limitMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    // A question costs the machine half a dozen processes: what takes long is asked less and less often.
    pauseMs = Math.min(pauseMs * 1.5, 250);
  }
}
