import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { addRosterUsers, installFrom } from './support/installed-program.ts';
import { suiteOfThisRun } from './support/suite.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const unit = 'tmux-persist-watch.service';
const program = '/srv/stand-in-watch.mjs';
const stateDirectory = '/var/lib/tmux-persist';
/** By its numbers, /dev/loop-control. */
const otherDevice = '/root/other-device';
const repository = join(import.meta.dirname, '../..');

/** What the stand-in found in the sandbox of the unit. */
interface Report {
  readonly pid: number;
  readonly complaint: string | null;
  readonly kernelLog: string;
  readonly terminals: readonly string[];
  readonly otherDevice: string;
  readonly cgroups: string;
  readonly journal: string;
  readonly runtime: string;
}

describe('the unit of the watch', { timeout: 120_000 }, () => {
  const machine = useMachine();

  beforeAll(async () => {
    await addRosterUsers(machine(), 'emo');
    await installFrom(machine());
    await machine().writeFile(program, bundled());
    const text = readFileSync(join(repository, 'systemd', unit), 'utf8');
    await machine().writeFile(`/etc/systemd/system/${unit}`, text);
    await dropIn(`[Service]\nExecStart=\nExecStart=/usr/local/bin/node ${program}\nWatchdogSec=4s\nRestartSec=100ms\n`);
    // The machine has no kernel log of its own. Outside of the unit it may be read, and so may the other device.
    await machine().output(['mknod', '/dev/kmsg', 'c', '1', '11']);
    await machine().output(['mknod', otherDevice, 'c', '10', '237']);
    await machine().output(['head', '--bytes=0', otherDevice]);
  }, 180_000);

  test('is one of which systemd has nothing to say', async () => {
    const { exitCode, stderr } = await machine().exec([
      'systemd-analyze',
      'verify',
      '--man=no',
      `/etc/systemd/system/${unit}`,
    ]);
    const about = stderr.split('\n').filter((line) => line.includes(unit));
    const known = suiteOfThisRun() === 'bullseye' ? /Unknown key name '(NoExecPaths|ExecPaths|PrivateIPC)'/ : /^$/;
    expect(about.filter((line) => !known.test(line))).toEqual([]);
    expect(exitCode).toBe(0);
  });

  test('lets it do no more than it has to', async () => {
    const rated = await machine().output(['systemd-analyze', 'security', '--no-pager', unit]);
    const exposure = Number(/Overall exposure level for \S+: (\d+\.\d)/.exec(rated)?.[1]);
    expect(exposure).toBeLessThanOrEqual(3.8);
    for (const harmless of ['CAP_SYS_ADMIN', 'CAP_NET_ADMIN', 'CAP_SYS_MODULE', '@mount', '@debug']) {
      expect(rated.split('\n').find((line) => line.includes(harmless))).toMatch(/✓|\+/);
    }
  });

  test('lets it see the kernel log, the terminals, the control groups and the journal, and no other device', async () => {
    const terminal = await machine().exec(['tmux', 'new-session', '-d', '-s', 'notes'], { user: 'emo' });
    expect(terminal.exitCode).toBe(0);
    await machine().output(['systemctl', 'restart', unit]);
    const report = await reported();
    expect(report).toMatchObject({
      complaint: null,
      kernelLog: 'done',
      otherDevice: (await filtersDevices()) ? 'EPERM' : 'done',
      cgroups: 'done',
      runtime: 'done',
    });
    const inside = await machine().output(['ls', '/dev/pts']);
    expect(report.terminals.toSorted()).toEqual(inside.trim().split(/\s+/).toSorted());
    expect(report.terminals.length).toBeGreaterThan(1);
    expect(report.journal).not.toMatch(/^failed/);
    expect(await show('DevicePolicy')).toBe('closed');
    expect(await show('DeviceAllow')).toContain('/dev/kmsg r');
    expect(await show('StatusText')).toBe('2 users, 3 saves');
  });

  test('starts it again when it hangs, and ends what it has started', async () => {
    const before = await reported();
    expect(await sleepers()).toBe(1);
    await machine().output(['kill', '-STOP', String(before.pid)]);
    await waitFor(async () => (await reported()).pid !== before.pid, 60_000, 'another watch');
    expect(Number(await show('NRestarts'))).toBe(1);
    expect(await show('ActiveState')).toBe('active');
    await waitFor(async () => (await sleepers()) === 1, 20_000, 'the end of the children of the first');
    const words = await machine().journal(unit);
    expect(words.filter((line) => line.includes('Watchdog timeout'))).toHaveLength(1);
  });

  test('starts it again however often it fails', async () => {
    await dropIn('[Service]\nExecStart=\nExecStart=/bin/false\nRestartSec=50ms\n');
    await machine().exec(['systemctl', 'restart', unit]);
    await waitFor(async () => Number(await show('NRestarts')) > 12, 30_000, 'a dozen starts');
    await dropIn(`[Service]\nExecStart=\nExecStart=/usr/local/bin/node ${program}\nWatchdogSec=4s\nRestartSec=100ms\n`);
    const before = await reported();
    await waitFor(async () => (await reported()).pid !== before.pid, 20_000, 'a watch that runs');
    expect(await show('ActiveState')).toBe('active');
  });

  /** What the watch of a person without root starts runs below it. */
  test('for one person lets the servers live on that it started, whether it hangs or is stopped', async () => {
    const units = '/home/emo/.config/systemd/user';
    await machine().writeFile(`${units}/${unit}`, readFileSync(join(repository, 'systemd/user', unit), 'utf8'));
    await machine().writeFile(`${units}/${unit}.d/test.conf`, '[Service]\nWatchdogSec=2s\nRestartSec=100ms\n');
    const script = '#!/bin/sh\ntmux -L healed new-session -d -s notes\nsystemd-notify WATCHDOG=1\nexec sleep 1000\n';
    await machine().writeFile('/home/emo/.local/lib/tmux-persist/bin/tmux-persist', script, '0755');
    await machine().output(['loginctl', 'enable-linger', 'emo']);
    await own('start', unit);
    await waitFor(async () => (await serverOfEmo()) !== '', 20_000, 'a server');
    const server = await serverOfEmo();
    expect(await machine().output(['cat', `/proc/${server}/cgroup`])).toContain(`/${unit}`);
    const restarts = async () => Number(await own('show', '--property=NRestarts', '--value', unit));
    await waitFor(async () => (await restarts()) > 0, 30_000, 'another watch');
    expect(await serverOfEmo()).toBe(server);
    await own('stop', unit);
    expect(await serverOfEmo()).toBe(server);
    await machine().output(['loginctl', 'disable-linger', 'emo']);
  });

  test('ends before the last save of a shutdown begins', async () => {
    await machine().output(['systemctl', 'stop', 'tmux-persist-save.timer']);
    await waitFor(async () => (await show('ActiveState')) === 'active', 20_000, 'the watch');
    await reported();
    await machine().powerOff();
    const { at, shutdownUnit } = ended(readFileSync(join(machine().root, stateDirectory, 'ended.json'), 'utf8'));
    expect(shutdownUnit).toBe('active');
    const heartbeat = readFileSync(join(machine().root, stateDirectory, 'users/emo/last-save.json'), 'utf8');
    const { time }: { time: string } = JSON.parse(heartbeat);
    expect(Date.parse(time)).toBeGreaterThanOrEqual(at);
    await machine().boot();
  });

  /** Whether systemd can limit the devices of a service here. In most containers it cannot. */
  async function filtersDevices(): Promise<boolean> {
    const service = ['systemd-run', '--quiet', '--wait', '--pipe', '--property=DevicePolicy=closed'] as const;
    return (await machine().exec([...service, 'head', '--bytes=0', otherDevice])).exitCode !== 0;
  }

  async function own(...words: readonly string[]): Promise<string> {
    return machine().output(['systemctl', '--user', ...words], { user: 'emo', login: true });
  }

  /** The process of the server that the stand-in of emo started. */
  async function serverOfEmo(): Promise<string> {
    const argv = ['tmux', '-L', 'healed', 'display-message', '-p', '#{pid}'] as const;
    return (await machine().exec(argv, { user: 'emo' })).stdout.trim();
  }

  async function reported(): Promise<Report> {
    const path = `${stateDirectory}/report.json`;
    await waitFor(async () => (await machine().exec(['test', '-s', path])).exitCode === 0, 20_000, 'a report');
    const report: Report = JSON.parse(await machine().readFile(path));
    return report;
  }

  async function sleepers(): Promise<number> {
    const { stdout } = await machine().exec(['pgrep', '--count', '--full', '^sh -c trap']);
    return Number(stdout);
  }

  async function show(property: string): Promise<string> {
    return (await machine().output(['systemctl', 'show', `--property=${property}`, '--value', unit])).trim();
  }

  async function dropIn(text: string): Promise<void> {
    await machine().writeFile(`/etc/systemd/system/${unit}.d/test.conf`, text);
    await machine().output(['systemctl', 'daemon-reload']);
  }
});

function ended(text: string): { readonly at: number; readonly shutdownUnit: string } {
  const value: { at: number; shutdownUnit: string } = JSON.parse(text);
  return value;
}

/** The stand-in as one file for the machine's Node. */
function bundled(): string {
  const directory = mkdtempSync(join(tmpdir(), 'stand-in-watch-'));
  try {
    const outfile = join(directory, 'stand-in-watch.mjs');
    const banner = {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    };
    buildSync({
      entryPoints: [join(import.meta.dirname, 'support/stand-in-watch.ts')],
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      banner,
      outfile,
    });
    return readFileSync(outfile, 'utf8');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
