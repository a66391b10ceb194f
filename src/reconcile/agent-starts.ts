import { availableParallelism } from 'node:os';
import { readAvailableMemoryMib } from '../system/available-memory.ts';
import type { Context } from './context.ts';
import { openStartGate, type StartGate } from './start-gate.ts';
import { watchStarts, type StartWatch } from './watch-starts.ts';

/** How the agents of one run are started: gently, and watched until they run. */
export interface AgentStarts {
  readonly gate: StartGate;
  readonly watch: StartWatch;
}

export function agentStarts(context: Context): AgentStarts {
  const { agentsAtOnce, memoryFloorMib } = context.roster.start;
  const watch = watchStarts(context);
  const gate = openStartGate({
    atOnce: agentsAtOnce ?? availableParallelism(),
    memoryFloorMib,
    readAvailableMib: readAvailableMemoryMib,
    isSilent: watch.isSilent,
    signal: context.signal,
  });
  return { gate, watch };
}
