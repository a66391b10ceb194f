import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach } from 'vitest';
import { waitUntil } from './private-tmux.ts';
import { readProcFile } from './unix-processes.ts';
import { createMemoryCgroup, type MemoryCgroup } from './memory-cgroup.ts';

/** A control group in which the kernel kills the processes that a test chooses. */
export interface OomVictims {
  /** As a record names who killed them. */
  readonly killer: () => unknown;
  /** Has the kernel kill exactly these, for lack of memory in their control group, and waits for their end. */
  readonly kill: (...pids: readonly number[]) => void;
}

const limitMib = 32;

/** Makes a control group for each test of a file, as `nameOf` says. */
export function oomVictims(nameOf: () => string): OomVictims {
  let cgroup: MemoryCgroup | null = null;
  beforeEach(() => {
    cgroup = createMemoryCgroup(nameOf(), limitMib);
  });
  afterEach(() => {
    // The group is busy until the last of its processes is gone.
    const used = usedCgroup();
    waitUntil(() => isDone(used.remove), 'the removal of the control group');
  });
  const usedCgroup = (): MemoryCgroup => {
    if (cgroup === null) throw new Error('there is no control group');
    return cgroup;
  };
  return {
    killer: () => ({ kind: 'limit', cgroup: usedCgroup().path, limitMib }),
    kill: (...pids) => {
      const { add, directory } = usedCgroup();
      for (const pid of pids) {
        writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
        add(pid);
      }
      // The kernel takes whom it is told to, and the eaters only when nobody else is left.
      spawn('sh', ['-c', eater, 'sh', directory], { stdio: 'ignore' });
      waitUntil(() => pids.every(hasEnded), 'the OOM kills');
    },
  };
}

// The sizes of their address spaces are limited, so that they are no danger to the host where the control group has no
// effect. There are two, because the kernel (6.18) rounds the score of 1000 down to 98 % of a small group, which is less
// than one of them would weigh alone.
const eater = `
  ulimit -v 300000
  echo 0 >/proc/self/oom_score_adj
  echo $$ >"$1/cgroup.procs" || exit
  tail /dev/zero &
  exec tail /dev/zero`;

/** tmux may not have collected it yet. */
function hasEnded(pid: number): boolean {
  return /^State:\s+[ZX]/m.test(readProcFile(pid, 'status') ?? 'State: X');
}

function isDone(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
