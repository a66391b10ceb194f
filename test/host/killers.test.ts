import { describe, expect, test } from 'vitest';
import { killOnceByEarlyoom } from './support/earlyoom.ts';
import { askJournalIn, killsInJournalOf } from './support/kills-in-machine.ts';
import { suiteOfThisRun } from './support/suite.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const forgedKill = [
  'mem avail:   120 of 24105 MiB ( 0.50%), swap free:    0 of    0 MiB ( 0.00%)',
  'low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%',
  'sending SIGTERM to process 4242 uid 1000 "claude": badness 800, VmRSS 500 MiB',
  'process exited after 0.1 seconds',
];

// earlyoom 1.6, which bullseye has, cannot be told to end after a kill; and there is no systemd-oomd.
const isOld = suiteOfThisRun() === 'bullseye';

describe('the journal of a host', { timeout: 120_000 }, () => {
  const machine = useMachine();

  test('tells of no kill where nobody was killed', async () => {
    expect(await askJournalIn(machine())).toEqual({ kind: 'read', reports: [], complete: true });
  });

  test('believes no user who claims to be earlyoom', async () => {
    await machine().addUser('emo');
    for (const line of forgedKill) {
      await machine().output(['logger', '-t', 'earlyoom', line], { user: 'emo' });
      await machine().output(['systemd-cat', '-t', 'earlyoom', 'echo', line], { user: 'emo' });
    }
    expect(await machine().output(['journalctl', '-t', 'earlyoom', '--output=cat'])).toContain(forgedKill[2]);
    expect(await killsInJournalOf(machine())).toEqual([]);
  });

  test.skipIf(isOld)('tells which process of a user the real earlyoom killed, also after it was rotated', async () => {
    const pid = await startHog();
    await killOnceByEarlyoom(machine());
    await waitFor(async () => (await killsInJournalOf(machine())).length > 0, 30_000, `the kill of process ${pid}`);
    expect((await machine().exec(['kill', '-0', `${pid}`])).exitCode).toBe(1);
    const expected = [
      {
        at: expect.stringMatching(/^20\d\d-/),
        killer: { kind: 'daemon', name: 'earlyoom' },
        victim: { kind: 'process', pid },
      },
    ];
    expect(await killsInJournalOf(machine())).toEqual(expected);
    await machine().output(['journalctl', '--rotate']);
    expect(await killsInJournalOf(machine())).toEqual(expected);
  });

  test.skipIf(isOld)('tells what a unit called systemd-oomd says, here one that only prints its texts', async () => {
    // The real one needs the kernel's pressure figures and the memory controller of version 2.
    const cgroup = '/user.slice/user-1000.slice/session-3.scope';
    const text = `Killed ${cgroup} due to memory pressure for /user.slice being 62.10% > 60.00% for > 20s with reclaim activity`;
    await machine().writeFile('/usr/local/bin/print-kill', `#!/bin/sh\necho '${text}'\n`, '0755');
    const unit = '[Service]\nType=oneshot\nExecStart=/usr/local/bin/print-kill\n';
    await machine().writeFile('/etc/systemd/system/systemd-oomd.service', unit);
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'start', 'systemd-oomd']);
    const kills = await killsInJournalOf(machine());
    expect(kills.filter(({ victim }) => victim.kind === 'cgroup')).toEqual([
      {
        at: expect.stringMatching(/^20\d\d-/),
        killer: { kind: 'daemon', name: 'systemd-oomd' },
        victim: { kind: 'cgroup', cgroup },
      },
    ]);
  });

  test('is said to be unreadable where there is none', async () => {
    expect(await askJournalIn(machine(), '/run/no-journal')).toEqual({
      kind: 'unreadable',
      reason: expect.stringMatching(/^journalctl: ./),
    });
  });

  /** A program of the user's that is the first victim of whoever looks for one. */
  async function startHog(): Promise<number> {
    await machine().output(['cp', '/bin/bash', '/usr/local/bin/hog']);
    const script = 'x=$(head --bytes=20M /dev/zero | tr "\\0" x); while :; do sleep 1; done';
    const options = ['--uid=emo', '--unit=hog', '--service-type=exec', '--property=OOMScoreAdjust=1000'];
    await machine().output(['systemd-run', ...options, '/usr/local/bin/hog', '-c', script]);
    return Number(await machine().output(['systemctl', 'show', '--value', '--property=MainPID', 'hog']));
  }
});
