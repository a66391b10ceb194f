import { describe, expect, test } from 'vitest';
import {
  noKernelKill,
  readKernelMessage,
  type KernelKill,
  type KernelMessage,
} from '../../../src/core/kills/kernel-kills.ts';

// Lines of Linux 6.18 (cgroup v1), as /dev/kmsg shows them. The last ones of the group are from its source, mm/oom_kill.c.
const start = 'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0';
const figures =
  'total-vm:35476kB, anon-rss:32512kB, file-rss:1520kB, shmem-rss:0kB, UID:0 pgtables:108kB oom_score_adj:0';

describe('a kill for a limit', () => {
  test('names the process, and the control group that had the limit', () => {
    expect(
      killsIn(
        'claude invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0',
        `${start},oom_memcg=/user.slice/user-1000.slice,task_memcg=/user.slice/user-1000.slice/pane.scope,task=claude,pid=12209,uid=1000`,
        `Memory cgroup out of memory: Killed process 12209 (claude) ${figures}`,
      ),
    ).toEqual([limited(12209, '/user.slice/user-1000.slice')]);
  });

  test('is not told by the choice of a victim alone', () => {
    expect(killsIn(`${start},oom_memcg=/a,task_memcg=/a,task=claude,pid=12209,uid=1000`)).toEqual([]);
  });

  test.each([
    ['a name with another pid', ',oom_memcg=/h,task_memcg=/h,task=a,pid=1,uid=0,pid=12209,uid=0', '/h'],
    ['a name with a line break', String.raw`,oom_memcg=/h,task_memcg=/h,task=x\x0a1234),pid=12209,uid=0`, '/h'],
    [
      'a name with a line break, as the journal shows it',
      ',oom_memcg=/h,task_memcg=/h,task=x\n1),pid=12209,uid=0',
      '/h',
    ],
    [
      'a group that is called like the fields after it',
      ',oom_memcg=/h2,task_memcg=/h2/e,task_memcg=#x,task=q,pid=5,uid=6,task=q,uid=7,pid=8,pid=12209,uid=0',
      '/h2',
    ],
    [
      'a group in which another one seems to be the limited',
      ',oom_memcg=/h,task_memcg=/h/n,task_memcg=/x,task=q,pid=5,uid=6,task=q,pid=12209,uid=0',
      '/h',
    ],
    [
      'a limited group that is called like the field after it',
      ',oom_memcg=/h,task_memcg=/x,task_memcg=/h,task_memcg=/x/y,task=q,pid=12209,uid=0',
      '/h,task_memcg=/x',
    ],
  ])('is told rightly with %s', (_, fields, cgroup) => {
    expect(killsIn(`${start}${fields}`, `Memory cgroup out of memory: Killed process 12209 (q) ${figures}`)).toEqual([
      limited(12209, cgroup),
    ]);
  });

  test('names no group where the kernel left the choice out, not that of the kill before', () => {
    expect(
      killsIn(
        `${start},oom_memcg=/a,task_memcg=/a,task=tail,pid=7,uid=0`,
        `Memory cgroup out of memory: Killed process 7 (tail) ${figures}`,
        `Memory cgroup out of memory: Killed process 8 (tail) ${figures}`,
      ),
    ).toEqual([limited(7, '/a'), limited(8, null)]);
  });

  test('names no group where the choice was of another process', () => {
    expect(
      killsIn(
        `${start},oom_memcg=/a,task_memcg=/a,task=tail,pid=7,uid=0`,
        `Memory cgroup out of memory: Killed process 8 (tail) ${figures}`,
      ),
    ).toEqual([limited(8, null)]);
  });

  test('names no group where its path did not fit into the message', () => {
    expect(
      killsIn(
        `${start},oom_memcg=/${'a'.repeat(900)}`,
        `,task_memcg=/${'a'.repeat(900)}`,
        `Memory cgroup out of memory: Killed process 8 (tail) ${figures}`,
      ),
    ).toEqual([limited(8, null)]);
  });

  test('names every process of a group that is killed as a whole', () => {
    expect(
      killsIn(
        `${start},oom_memcg=/s,task_memcg=/s/p.scope,task=tail,pid=7,uid=0`,
        `Memory cgroup out of memory: Killed process 7 (tail) ${figures}`,
        'Tasks in /s/p.scope are going to be killed due to memory.oom.group set',
        `Memory cgroup out of memory: Killed process 8 (sh) ${figures}`,
        `Memory cgroup out of memory: Killed process 9 (claude) ${figures}`,
      ),
    ).toEqual([limited(7, '/s'), limited(8, '/s/p.scope'), limited(9, '/s/p.scope')]);
  });
});

test('a kill two seconds after a group was killed as a whole does not belong to that group', () => {
  expect(
    killsAmong([
      { text: 'Tasks in /s are going to be killed due to memory.oom.group set', microseconds: 1_000_000 },
      { text: `Memory cgroup out of memory: Killed process 8 (sh) ${figures}`, microseconds: 1_000_015 },
      { text: `Memory cgroup out of memory: Killed process 9 (sh) ${figures}`, microseconds: 3_000_015 },
    ]),
  ).toEqual([limited(8, '/s'), limited(9, null)]);
});

describe('a kill because the host had no memory', () => {
  test('names the process', () => {
    expect(
      killsIn(
        'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/process/2b1d,task=tail,pid=12217,uid=0',
        'Out of memory: Killed process 12217 (tail) total-vm:24294564kB, anon-rss:24291712kB',
      ),
    ).toEqual([{ pid: 12217, cause: { kind: 'host' } }]);
  });

  test.each(['CONSTRAINT_CPUSET', 'CONSTRAINT_MEMORY_POLICY'])('is one with %s, too', (constraint) => {
    expect(
      killsIn(
        `oom-kill:constraint=${constraint},nodemask=0,cpuset=/,mems_allowed=0,global_oom,task_memcg=/a,task=tail,pid=7,uid=0`,
        'Out of memory: Killed process 7 (tail) total-vm:24294564kB',
      ),
    ).toEqual([{ pid: 7, cause: { kind: 'host' } }]);
  });

  test('is one where the process that asked for memory is killed', () => {
    expect(killsIn('Out of memory (oom_kill_allocating_task): Killed process 7 (tail) total-vm:1kB')).toEqual([
      { pid: 7, cause: { kind: 'host' } },
    ]);
  });
});

test.each([
  'Out of memory:  invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0',
  'tail[7]: Out of memory: Killed process 1 (init)',
  'Memory cgroup out of memory: OOM victim 7 (tail) is already exiting. Skip killing the task',
  '',
])('the message %j tells of no kill', (message) => {
  expect(killsIn(message)).toEqual([]);
});

function limited(pid: number, cgroup: string | null): KernelKill {
  return { pid, cause: { kind: 'limit', cgroup } };
}

function killsIn(...texts: readonly string[]): readonly KernelKill[] {
  return killsAmong(texts.map((text, index) => ({ text, microseconds: 25_027_745_863 + index * 15 })));
}

function killsAmong(messages: readonly KernelMessage[]): readonly KernelKill[] {
  const kills: KernelKill[] = [];
  let state = noKernelKill;
  for (const message of messages) {
    const next = readKernelMessage(state, message);
    state = next.state;
    if (next.kill !== null) kills.push(next.kill);
  }
  return kills;
}
