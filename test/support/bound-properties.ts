import * as fc from 'fast-check';

/**
 * A property that takes too long says with which seed: Vitest's own limit of 60 s would only say that it was over. A test with
 * more time than that gives its property more, too.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), interruptAfterTimeLimit: 45_000, markInterruptAsFailure: true });
