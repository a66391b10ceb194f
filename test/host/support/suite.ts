/** The Debian releases that the tests know how to boot, with tmux 3.3a, 3.1c, 3.5a and the newest. */
export const suites = ['bookworm', 'bullseye', 'trixie', 'sid'] as const;

export type Suite = (typeof suites)[number];

/** Whether the suite was asked for by its name. Then there is time for all moments and all versions. */
export const isSuiteAsked = process.env['TMUX_PERSIST_TEST_SUITE'] !== undefined;

/**
 * The suites whose tmux is tried where each takes a minute. Unless a suite was asked for by its name, these are the oldest, and
 * the newest, whose server lingers as long as somebody waits for its end.
 */
export const suitesOfTmux = suites.filter((suite) => isSuiteAsked || suite === 'bullseye' || suite === 'sid');

/** The suite that this run of the tests is for: TMUX_PERSIST_TEST_SUITE, else bookworm. */
export function suiteOfThisRun(): Suite {
  const wanted = process.env['TMUX_PERSIST_TEST_SUITE'] ?? 'bookworm';
  const suite = suites.find((known) => known === wanted);
  if (suite === undefined)
    throw new Error(`TMUX_PERSIST_TEST_SUITE is ${wanted}; it must be one of ${suites.join(', ')}`);
  return suite;
}
