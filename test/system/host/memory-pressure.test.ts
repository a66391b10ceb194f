import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readMemory, readMemoryPressure } from '../../../src/system/host/memory-pressure.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

describe('how much work waits for memory', () => {
  test('is what the kernel counts for some of it, not for all of it', () => {
    const path = join(temporaryDirectory(), 'memory');
    const full = 'full avg10=0.10 avg60=0.20 avg300=0.30 total=77\n';
    writeFileSync(path, `some avg10=1.53 avg60=0.87 avg300=0.73 total=1952424\n${full}`);
    expect(readMemoryPressure(path)).toEqual({ avg60: 0.87, stalledUs: 1_952_424 });
  });

  test.each(['', 'full avg10=0 avg60=0 avg300=0 total=1\n', 'some avg10=x\n'])('is not known from %j', (text) => {
    const path = join(temporaryDirectory(), 'memory');
    writeFileSync(path, text);
    expect(readMemoryPressure(path)).toBeNull();
  });

  test('is not known where the kernel does not count, and where the file cannot be read', () => {
    expect(readMemoryPressure(join(temporaryDirectory(), 'memory'))).toBeNull();
    expect(readMemoryPressure('/proc/self/mem')).toBeNull();
  });

  test.runIf(existsSync('/proc/pressure/memory'))('is read on this host, and never becomes less', () => {
    const before = readMemoryPressure();
    expect(before).not.toBeNull();
    const shown = Number(/some .*total=(\d+)/.exec(readFileSync('/proc/pressure/memory', 'utf8'))?.[1]);
    expect(shown).toBeGreaterThanOrEqual(before?.stalledUs ?? Infinity);
    expect(readMemory(7)).toMatchObject({ atMs: 7, availableMib: expect.any(Number) });
  });
});
