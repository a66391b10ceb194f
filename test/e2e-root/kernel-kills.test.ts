import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, constants, openSync, readSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KillReport } from '../../src/core/endings.ts';
import { followKernelLog, type KernelLog } from '../../src/system/host/kernel-log.ts';
import { errnoName } from '../../src/system/errors.ts';
import { waitFor } from '../host/support/wait-for.ts';
import { createMemoryCgroup, type MemoryCgroup } from '../support/memory-cgroup.ts';

const limitMib = 1;
const name = `tmux-persist-kernel-kills-${process.pid}`;
const ofTheLimit = { kind: 'limit', cgroup: `/${name}`, limitMib };
const ofSomeLimit = { kind: 'limit', cgroup: null, limitMib: null };

let cgroup: MemoryCgroup;
let log: KernelLog;
let kills: KillReport[] = [];
let gaps = 0;
beforeEach(() => {
  cgroup = createMemoryCgroup(name, limitMib);
  kills = [];
  gaps = 0;
  const started = followKernelLog({
    onKill: (report) => kills.push(report),
    onGap: () => {
      gaps += 1;
    },
    onEnd: (reason) => {
      throw new Error(reason);
    },
    now: () => new Date('2026-11-28T14:02:00Z'),
  });
  if ('unreadable' in started) throw new Error(started.unreadable);
  log = started;
});
afterEach(async () => {
  log.close();
  await waitFor(() => isDone(cgroup.remove), 20_000, 'the removal of the control group');
});

describe('what the kernel killed', () => {
  test('is told within seconds, with the control group and its limit', async () => {
    await theKernelTellsLimitsAgain();
    kills = [];
    const [pid = 0] = await killedProcesses(1);
    await waitFor(() => kills.length > 0, 20_000, 'the report');
    expect(kills).toEqual([{ at: '2026-11-28T14:02:00.000Z', killer: ofTheLimit, victim: { kind: 'process', pid } }]);
  });

  test('is told at once to whoever asks', async () => {
    const pids = await killedProcesses(1);
    log.readNow();
    expect(victims()).toEqual(pids);
  });

  test('is told of each of hundreds in a burst', { timeout: 120_000 }, async () => {
    const pids = await killedProcesses(300);
    await waitFor(() => victims().at(-1) === pids.at(-1), 20_000, 'the report of the last kill');
    expect(victims()).toEqual(pids);
    expect(gaps).toBe(0);
    // The kernel leaves out for most kills of a burst whose limit it was.
    expect(kills.map(({ killer }) => killer)).toContainEqual(ofTheLimit);
    for (const { killer } of kills) expect([ofTheLimit, ofSomeLimit]).toContainEqual(killer);
  });

  test(
    'is told from the next kill on after messages were overwritten, and that some were',
    { timeout: 120_000 },
    async () => {
      const next = sequenceNumbers().newest + 1;
      while (sequenceNumbers().oldest <= next) killsWhileNobodyReads(20);
      log.readNow();
      expect(gaps).toBeGreaterThan(0);
      const [pid] = await killedProcesses(1);
      await waitFor(() => victims().at(-1) === pid, 20_000, 'the report of the last kill');
    },
  );

  test('is not told when the log was closed', async () => {
    log.close();
    await killedProcesses(1);
    log.readNow();
    expect(kills).toEqual([]);
  });
});

test('a kill that a program wrote into the log of the kernel is not told', async () => {
  const forged = 'Memory cgroup out of memory: Killed process 4242 (claude) total-vm:1kB';
  for (const priority of ['', '<3>', '<0>']) appendFileSync('/dev/kmsg', `${priority}${forged}\n`);
  const pids = await killedProcesses(1);
  log.readNow();
  expect(victims()).toEqual(pids);
});

test('a log that is not there is a reason', () => {
  const listener = { onKill: () => {}, onGap: () => {}, onEnd: () => {}, now: () => new Date() };
  expect(followKernelLog(listener, { path: '/dev/no-such-log' })).toEqual({
    unreadable: '/dev/no-such-log: no such file or directory',
  });
});

function victims(): readonly number[] {
  return kills.flatMap(({ victim }) => (victim.kind === 'process' ? [victim.pid] : []));
}

// The size of its address space is limited, so that it is no danger to the host where the control group has no effect.
const script = `
  ulimit -v 300000
  count=0
  while [ $count -lt "$2" ]; do
    count=$((count + 1))
    sh -c 'echo $$ && echo $$ >"$1/cgroup.procs" && exec tail /dev/zero' sh "$1" 2>/dev/null
  done`;

/** Starts that many processes in the control group, one after the other; each wants more memory than that has. */
async function killedProcesses(count: number): Promise<readonly number[]> {
  const before = cgroup.oomKills();
  const child = spawn('sh', ['-c', script, 'sh', cgroup.directory, `${count}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [pids] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect(cgroup.oomKills() - before).toBe(count);
  return pids.split('\n').slice(0, -1).map(Number);
}

/** After ten kills within five seconds, of whatever test, the kernel leaves out whose limit it was (6.18). */
async function theKernelTellsLimitsAgain(): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    const [pid] = await killedProcesses(1);
    await waitFor(() => victims().at(-1) === pid, 20_000, 'the report of the last kill');
    if (isDeepStrictEqual(kills.at(-1)?.killer, ofTheLimit)) return;
  }
  throw new Error('the kernel does not tell whose limit it was');
}

function killsWhileNobodyReads(count: number): void {
  spawnSync('sh', ['-c', script, 'sh', cgroup.directory, `${count}`]);
}

/** Those of the messages that the kernel still has. */
function sequenceNumbers(): { readonly oldest: number; readonly newest: number } {
  const descriptor = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
  const space = Buffer.alloc(8192);
  const numbers: number[] = [];
  const next = (): boolean => {
    try {
      const length = readSync(descriptor, space, 0, space.length, null);
      numbers.push(Number(space.toString('latin1', 0, length).split(',')[1]));
      return true;
    } catch (error) {
      return errnoName(error) === 'EPIPE';
    }
  };
  while (next());
  closeSync(descriptor);
  return { oldest: numbers.at(0) ?? 0, newest: numbers.at(-1) ?? 0 };
}

function isDone(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
