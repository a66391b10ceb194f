import { once } from 'node:events';
import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { watchSignals } from '../../src/cli/watch-signals.ts';

test('lets a step of each of many users listen for the interruption, without a warning about it', async () => {
  const interruption = watchSignals(process);
  onTestFinished(interruption.stop);
  const warned = once(process, 'warning', { signal: AbortSignal.timeout(25_000) }).then(([warning]) => warning);
  let told = 0;
  for (let user = 0; user < 100; user += 1) interruption.signal.addEventListener('abort', () => (told += 1));
  process.emitWarning('the only one');
  expect(await warned).toMatchObject({ message: 'the only one' });

  process.emit('SIGTERM');
  await nextTurn();
  expect(told).toBe(100);
  expect(interruption.exitCode()).toBe(143);
});
