import { afterAll, beforeAll } from 'vitest';
import { buildLimitMs } from './base-system.ts';
import { startMachine, type Machine, type MachineOptions } from './machine.ts';

/** Gives the tests of one file a machine of their own, which goes away after the last of them, however they end. */
export function useMachine(options: MachineOptions = {}): () => Machine {
  let machine: Machine | null = null;
  beforeAll(async () => {
    machine = await startMachine(options);
  }, buildLimitMs + 60_000);
  afterAll(async () => machine?.dispose());
  return () => {
    if (machine === null) throw new Error('there is no machine before the first test');
    return machine;
  };
}
