import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { KillReport } from '../../src/core/endings.ts';
import { readKillsInJournal } from '../../src/systemd/kills-in-journal.ts';
import { waitFor } from '../host/support/wait-for.ts';
import { createMemoryCgroup } from '../support/memory-cgroup.ts';

const journald = '/lib/systemd/systemd-journald';

test.skipIf(!existsSync(journald))('a kill by the kernel is read from the journal, a forged one is not', async () => {
  appendFileSync('/dev/kmsg', '<3>Memory cgroup out of memory: Killed process 4242 (claude) total-vm:1kB\n');
  const pid = await oomKill();
  const journal = startJournal();
  await waitFor(async () => (await victimsIn(journal)).includes(pid), 20_000, `process ${pid} in the journal`);
  expect(await victimsIn(journal)).not.toContain(4242);
  const later = Number(process.hrtime.bigint() / 1_000_000n) + 60_000;
  expect(await victimsIn(journal, later)).toEqual([]);
});

/** Lets the real journald read the log of the kernel, with nothing but that directory in common with the host. */
function startJournal(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tmux-persist-journal-'));
  const script = `
    mount -t tmpfs tmpfs /var/log && mount --bind "$1" /mnt && mount -t tmpfs tmpfs /run &&
    mkdir -p /run/systemd/journal /run/log/journal && mount --bind /mnt /run/log/journal && exec ${journald}`;
  const child = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', directory], { stdio: 'ignore' });
  onTestFinished(async () => {
    child.kill();
    if (child.exitCode === null) await once(child, 'close');
    rmSync(directory, { recursive: true });
  });
  return directory;
}

async function victimsIn(journal: string, sinceMonotonicMs = 0): Promise<readonly number[]> {
  const [ofThisHost] = readdirSync(journal);
  if (ofThisHost === undefined) return [];
  const directory = join(journal, ofThisHost);
  const answer = await readKillsInJournal({ sinceMonotonicMs, signal: AbortSignal.timeout(10_000), directory });
  const reports: readonly KillReport[] = answer.kind === 'read' ? answer.reports : [];
  return reports.flatMap(({ victim }) => (victim.kind === 'process' ? [victim.pid] : []));
}

async function oomKill(): Promise<number> {
  const { directory, remove } = createMemoryCgroup(`tmux-persist-journal-${process.pid}`, 1);
  const script = 'ulimit -v 300000; echo $$ && echo $$ >"$1/cgroup.procs" && exec tail /dev/zero';
  const child = spawn('sh', ['-c', script, 'sh', directory], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [pid] = await Promise.all([text(child.stdout), once(child, 'close')]);
  remove();
  return Number(pid);
}
