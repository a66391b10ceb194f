import { execFile, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { notifySystemd } from '../../../src/systemd/notify-systemd.ts';

// Stands in for `tmux-persist watch` where only its unit is in question. It tells what the unit lets it do, tells systemd that it
// lives, has a child that ignores the end, and needs a while to end.

const directory = process.env['STATE_DIRECTORY'] ?? '/var/lib/tmux-persist';
const { signal } = new AbortController();

async function main(): Promise<void> {
  spawn('sh', ['-c', 'trap "" TERM; while :; do sleep 1000; done'], { detached: true, stdio: 'ignore' });
  process.on('SIGTERM', () => {
    const shutdownUnit = stateOf('tmux-persist-shutdown.service');
    setTimeout(() => {
      void shutdownUnit.then((state) => {
        write('ended.json', { at: Date.now(), shutdownUnit: state });
        process.exit(0);
      });
    }, 1000);
  });
  const complaint = await tell();
  write('report.json', {
    pid: process.pid,
    complaint,
    kernelLog: outcome(readKernelLog),
    terminals: readdirSync('/dev/pts'),
    otherDevice: outcome(() => closeSync(openSync('/root/other-device', 'r'))),
    cgroups: outcome(() => readFileSync('/sys/fs/cgroup/user.slice/cgroup.events')),
    journal: await wordsOf('journalctl', ['--lines=1', '--no-pager', '--output=cat']),
    runtime: outcome(() => writeFileSync('/run/tmux-persist/of-the-watch', '')),
  });
  setInterval(() => void tell(), 1000);
}

function tell(): Promise<string | null> {
  return notifySystemd(['WATCHDOG=1', 'STATUS=2 users, 3 saves'], { signal });
}

function readKernelLog(): void {
  const descriptor = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
  readSync(descriptor, Buffer.alloc(8192));
  closeSync(descriptor);
}

function outcome(act: () => unknown): string {
  try {
    act();
    return 'done';
  } catch (error) {
    return String(Reflect.get(Object(error), 'code'));
  }
}

async function stateOf(unit: string): Promise<string> {
  return wordsOf('systemctl', ['show', '--property=ActiveState', '--value', unit]);
}

function wordsOf(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 10_000 }, (error, stdout, stderr) => {
      resolve(error === null ? stdout.trim() : `failed: ${stderr.trim() || error.message}`);
    });
  });
}

function write(name: string, value: object): void {
  writeFileSync(`${directory}/${name}`, JSON.stringify(value));
}

void main();
