import { availableParallelism } from 'node:os';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { readAvailableMemoryMib } from '../../system/available-memory.ts';
import type { Context } from '../context.ts';
import { openStartGate, type StartGate } from './start-gate.ts';
import { openStartSlots } from './start-slots.ts';
import { type StartWatch, watchStarts } from './watch-starts.ts';

/** How the agents of one run are started: gently, and watched until they run. */
export interface AgentStarts {
  readonly gate: StartGate;
  readonly watch: StartWatch;
  /** Leaves the room of the host to other runs: no more agents are going to start. */
  readonly end: () => void;
  readonly diagnostics: () => readonly Diagnostic[];
}

export function agentStarts(context: Context): AgentStarts {
  const { stateDirectory, signal } = context;
  const { agentsAtOnce, memoryFloorMib } = context.roster.start;
  const atOnce = agentsAtOnce ?? availableParallelism();
  const diagnostics: Diagnostic[] = [];
  const onUnusable = (reason: string): void => void diagnostics.push(uncounted(reason));
  const watch = watchStarts(context);
  const slots = openStartSlots({ stateDirectory, count: atOnce, onUnusable, signal });
  const { isSilent } = watch;
  const readAvailableMib = readAvailableMemoryMib;
  const gate = openStartGate({ atOnce, memoryFloorMib, readAvailableMib, isSilent, slots, signal });
  return { gate, watch, end: slots.close, diagnostics: () => diagnostics };
}

function uncounted(reason: string): Diagnostic {
  const message = `agents were started without regard to those that other runs start: ${reason}`;
  return { severity: 'warning', code: 'starts-uncounted', user: null, message };
}
