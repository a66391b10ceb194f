import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { oomKillsRose, readOomKills } from '../../../src/system/host/memory.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const sliceEvents = 'cgroup/user.slice/user-1001.slice/memory.events';
const events = 'low 0\nhigh 3\nmax 0\noom 4\noom_kill 2\noom_group_kill 9\n';
const vmstat = 'pgfault 123\noom_kill 7\nswap_ra 0\n';

describe('the OOM-kill counter that covers a user', () => {
  test('is that of the slice while no server is known', () => {
    const root = hostWith({ [sliceEvents]: events, 'proc/vmstat': vmstat });
    expect(read(root, null)).toEqual({
      source: expect.stringContaining(join(root, sliceEvents)),
      count: 2,
      hostCount: 7,
    });
  });

  test.each([
    ['0::/user.slice/user-1001.slice/session-3.scope\n', 2],
    ['12:pids:/x\n0::/user.slice/user-1001.slice\n', 2],
    ['0::/user.slice/user-10011.slice/session-3.scope\n', 7],
    ['0::/user.slice/user-1001.slice-not/x\n', 7],
    ['0::/system.slice/ttyd.service\n', 7],
    ['4:memory:/user.slice/user-1001.slice\n', 7],
  ])('for a server in %j counts %i', (cgroup, count) => {
    const root = hostWith({ [sliceEvents]: events, 'proc/vmstat': vmstat, 'proc/42/cgroup': cgroup });
    expect(read(root, 42)?.count).toBe(count);
  });

  test('is that of the host where the slice has none, and null where nobody counts', () => {
    const root = hostWith({ 'proc/vmstat': vmstat });
    expect(read(root, null)).toEqual({ source: join(root, 'proc/vmstat'), count: 7, hostCount: 7 });
    expect(read(hostWith({ 'proc/vmstat': 'pgfault 1\n' }), null)).toBeNull();
    expect(read(temporaryDirectory(), 42)).toBeNull();
  });

  test('is found on this host', () => {
    expect(readOomKills({ uid: process.getuid?.() ?? 0, serverPid: process.pid })?.count).toBeGreaterThanOrEqual(0);
  });
});

describe('whether it rose', () => {
  test.each([
    [at(1), at(2), true],
    [at(2), at(2), false],
    [at(2, 'slice', 7), at(2, 'slice', 8), false],
    [at(5, 'vmstat'), at(1, 'vmstat'), false],
    [at(1, 'slice', 7), at(7, 'vmstat', 7), false],
    [at(1, 'slice', 7), at(8, 'vmstat', 8), true],
    [at(0, 'slice, inode 1', 7), at(0, 'slice, inode 2', 8), true],
    [at(1, 'slice', null), at(9, 'vmstat', 9), false],
    [null, at(9), false],
    [at(1), null, false],
    [null, null, false],
  ])('from %j to %j: %s', (before, after, expected) => {
    expect(oomKillsRose(before, after)).toBe(expected);
  });

  test('is seen when the slice went with the kill, and when it was made anew', () => {
    const root = hostWith({ [sliceEvents]: events, 'proc/vmstat': vmstat });
    const before = read(root, null);
    // Made first, so that it cannot get the inode of the old one: the kernel gives those of cgroups one after the other.
    writeFileSync(join(root, 'new'), events);
    rmSync(join(root, sliceEvents));
    expect(oomKillsRose(before, read(root, null))).toBe(false);
    writeFileSync(join(root, 'proc/vmstat'), vmstat.replace('7', '8'));
    expect(oomKillsRose(before, read(root, null))).toBe(true);
    renameSync(join(root, 'new'), join(root, sliceEvents));
    expect(oomKillsRose(before, read(root, null))).toBe(true);
  });
});

function at(count: number, source = 'slice', hostCount: number | null = null) {
  return { source, count, hostCount };
}

function read(root: string, serverPid: number | null) {
  return readOomKills({ uid: 1001, serverPid, cgroupRoot: join(root, 'cgroup'), procRoot: join(root, 'proc') });
}

function hostWith(files: Readonly<Record<string, string>>): string {
  const root = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}
