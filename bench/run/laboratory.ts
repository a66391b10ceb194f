import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stderr } from 'node:process';
import type { Contestant } from '../contestants/contestant.ts';
import { countCalls } from '../measure/count-calls.ts';
import { measurePairwise } from '../measure/measure-pairwise.ts';
import { peakMemory } from '../measure/peak-memory.ts';
import { serverCpuMs } from '../measure/server-cpu.ts';
import type { ProgramFacts, Work, WorkResult } from '../report/results.ts';
import type { Scene } from '../scene/scene.ts';

/** Measures in one scene, and says on stderr what it is at. */
export interface Laboratory {
  /** Only root enters it. */
  readonly scratch: string;
  readonly measure: (work: Work, contestants: readonly Contestant[]) => Promise<WorkResult>;
  /** Looks at memory and, where that is wanted, counts system calls; one run each. */
  readonly examine: (
    work: Work,
    contestants: readonly Contestant[],
    wanted: { readonly calls: boolean },
  ) => Promise<readonly ProgramFacts[]>;
}

export function laboratoryIn(scene: Scene, rounds: number): Laboratory {
  const scratch = join(scene.directory, 'scratch');
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const uids = new Set(scene.users.map(({ uid }) => uid));
  const { spec } = scene;
  const tell = (what: string): void => {
    const { users, sessions, agents } = spec;
    stderr.write(`bench: ${users} × ${sessions}${agents ? ' agents' : ' shells'}: ${what}\n`);
  };
  return {
    scratch,
    measure: async (work, contestants) => {
      tell(work);
      const rules = { rounds, scratch, serverCpuMs: () => serverCpuMs(uids) };
      return { work, scene: spec, measurements: await measurePairwise(contestants, rules) };
    },
    examine: async (work, contestants, wanted) => {
      const facts: ProgramFacts[] = [];
      for (const contestant of contestants) {
        tell(`${work}: what ${contestant.name} uses`);
        const memory = await peakMemory(contestant);
        const calls = wanted.calls ? await countCalls(contestant, scratch) : null;
        facts.push({ work, scene: spec, contestant: contestant.name, memory, calls });
      }
      return facts;
    },
  };
}
