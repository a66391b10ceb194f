import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { createMemoryCgroup, type MemoryCgroup } from '../support/memory-cgroup.ts';
import { plannedFor, sharedHost } from './shared-host.ts';

// The evidence, /proc/vmstat, counts for the whole host: no other OOM kill may happen, and nobody else may judge a loss,
// while these tests run.
const host = sharedHost();

let cgroup: MemoryCgroup | null = null;
beforeEach(() => {
  cgroup = createMemoryCgroup(host().emo.name);
});
afterEach(() => {
  // The processes of the test are killed before, and a group that was just left may be busy for a moment.
  const { remove } = usedCgroup();
  waitUntil(() => isDone(remove), 'the removal of the control group');
});

describe('a session whose only process the kernel killed for memory, while its server lives', () => {
  test('is killed, and comes back by itself', () => {
    const { emo, persist, plan } = host();
    startSessions(emo);
    persist('save');
    oomKill(emo, 'hungry');
    expect(plannedFor(plan('--user', emo.name))).toEqual([
      `${emo.name}: create hungry (killed)`,
      `${emo.name}: live notes`,
    ]);
    const server = emo.serverPid();
    expect(persist('apply')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(emo.sessions()).toEqual(['hungry', 'notes']);
    expect(emo.serverPid()).toBe(server);
    expect(persist('plan', '--exit-code').exitCode).toBe(0);
  });

  test('is still known as killed after the save that noticed it', () => {
    const { emo, persist, plan } = host();
    startSessions(emo);
    persist('save');
    oomKill(emo, 'hungry');
    persist('save');
    persist('save');
    expect(plannedFor(plan('--user', emo.name))[0]).toBe(`${emo.name}: create hungry (killed)`);
  });

  test('is evidence once: what is closed after the save that noticed it is closed', () => {
    const { emo, persist, plan } = host();
    startSessions(emo);
    emo.startSession('work');
    persist('save');
    oomKill(emo, 'hungry');
    persist('save');
    emo.tmux('kill-session', '-t', '=work');
    expect(plannedFor(plan('--user', emo.name))).toEqual([
      `${emo.name}: create hungry (killed)`,
      `${emo.name}: live notes`,
      `${emo.name}: hold work (closed)`,
    ]);
  });
});

test('a session whose only process was killed by somebody else is closed, and stays so until it is named', () => {
  const { emo, persist, plan } = host();
  startSessions(emo);
  persist('save');
  process.kill(panePid(emo, 'hungry'), 'SIGKILL');
  waitUntil(() => !emo.sessions().includes('hungry'), 'the end of the session');
  expect(plannedFor(plan('--user', emo.name))).toEqual([
    `${emo.name}: hold hungry (closed)`,
    `${emo.name}: live notes`,
  ]);
  persist('apply');
  expect(emo.sessions()).toEqual(['notes']);
});

function startSessions(user: UnixUser): void {
  user.startSession('notes');
  user.startSession('hungry', 'bash', '--norc');
}

/** Lets the process of a session eat more memory than its control group has. */
function oomKill(user: UnixUser, session: string): void {
  const pid = panePid(user, session);
  const { add, oomKills } = usedCgroup();
  const before = oomKills();
  add(pid);
  user.tmux('send-keys', '-t', `=${session}:`, 'exec tail /dev/zero', 'Enter');
  waitUntil(() => oomKills() > before, 'an OOM kill');
  waitUntil(() => !user.sessions().includes(session), 'the end of the session');
}

function usedCgroup(): MemoryCgroup {
  if (cgroup === null) throw new Error('there is no control group');
  return cgroup;
}

function panePid({ tmux }: UnixUser, session: string): number {
  return Number(tmux('display-message', '-p', '-t', `=${session}:`, '#{pane_pid}'));
}

function isDone(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
