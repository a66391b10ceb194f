import * as fc from 'fast-check';
import { expect, test } from 'vitest';

const reported = /\{ seed: -?\d+, path: "\d+(:\d+)*", endOnFailure: true \}/;

test('a property that fails says with which seed and path', () => {
  const property = fc.property(fc.nat(), (number) => number < 10);
  expect(() => fc.assert(property)).toThrow(reported);
});

test('a property that takes too long fails, and says with which seed', () => {
  const slow = fc.property(fc.nat(), () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  });
  expect(() => fc.assert(slow, { interruptAfterTimeLimit: 100 })).toThrow(
    /^Property interrupted after \d+ tests\n\{ seed: -?\d+/,
  );
  expect(fc.readConfigureGlobal()).toMatchObject({ interruptAfterTimeLimit: 45_000 });
});
