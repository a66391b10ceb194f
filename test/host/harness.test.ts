import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { joinCgroups } from './support/container.ts';
import { buildBase } from './support/base-system.ts';
import { destroyAbandonedMachines } from './support/destroy-abandoned-machines.ts';
import { destroyMachine, directoryOf } from './support/destroy-machine.ts';
import { makeBootCgroup, processesOf, topCgroups } from './support/machine-cgroup.ts';
import { makeDisk } from './support/machine-disk.ts';
import { newMachineId } from './support/machine-id.ts';
import { startMachine, type Machine } from './support/machine.ts';
import { programInside, repositoryInside } from './support/program-binds.ts';
import { suiteOfThisRun } from './support/suite.ts';
import { useMachine } from './support/use-machine.ts';

describe('a machine', () => {
  const machine = useMachine({ name: 'testvm' });

  test('has booted systemd as its PID 1, with logind, and no unit failed', async () => {
    const { output } = machine();
    expect(await output(['cat', '/proc/1/comm'])).toBe('systemd\n');
    expect(await output(['systemctl', 'is-active', 'systemd-logind.service', 'dbus.service'])).toBe('active\nactive\n');
    expect(await output(['systemctl', 'list-units', '--failed', '--plain', '--no-legend'])).toBe('');
    expect(await output(['hostname'])).toBe('testvm\n');
  });

  test('passes arguments, input, output and the exit status of a command through', async () => {
    const script = 'printf "%s|" "$@"; cat; echo "words of the error" >&2; exit 7';
    const argv = ['sh', '-c', script, 'sh', 'two words', '$(id)', "it's", ''] as const;
    const result = await machine().exec(argv, { input: 'from the input' });
    expect(result).toEqual({
      exitCode: 7,
      stdout: "two words|$(id)|it's||from the input",
      stderr: 'words of the error\n',
    });
  });

  test('gives a command the clean environment of its user, and what is asked for', async () => {
    const emo = await machine().addUser('emo', { groups: ['docker', 'builders'] });
    const env = { LANG: undefined, GREETING: 'good day', HOME: '/srv' };
    const printed = await machine().output(['env'], { user: 'emo', env });
    expect(printed.split('\n').slice(0, -1).toSorted()).toEqual([
      'GREETING=good day',
      'HOME=/srv',
      'LOGNAME=emo',
      'PATH=/usr/local/bin:/usr/bin:/bin',
      'SHELL=/bin/bash',
      'USER=emo',
    ]);
    const groups = await machine().output(['id', '-Gn'], { user: 'emo' });
    expect(groups.trim().split(' ').toSorted()).toEqual(['builders', 'docker', 'emo']);
    expect(await machine().output(['id', '-u'], { user: 'emo' })).toBe(`${emo.uid}\n`);
    expect(await machine().output(['pwd'], { user: 'emo' })).toBe('/home/emo\n');
  });

  test('runs a command in a login session that ends with it', async () => {
    const lena = await machine().addUser('lena');
    const cgroup = await machine().output(['cat', '/proc/self/cgroup'], { user: 'lena', login: true });
    expect(cgroup).toMatch(new RegExp(`^0::/user\\.slice/user-${lena.uid}\\.slice/session-\\w+\\.scope$`, 'm'));
    const { exitCode } = await machine().exec(['sh', '-c', 'exit 9'], { user: 'lena', login: true });
    expect(exitCode).toBe(9);
  });

  test('ends a command that takes longer than it may', async () => {
    const slow = machine().exec(['sleep', '4711'], { timeoutMs: 200 });
    await expect(slow).rejects.toThrow('sleep 4711 in the machine: timeout');
    const { exitCode } = await machine().exec(['pgrep', '--full', '^sleep 4711$']);
    expect(exitCode).toBe(1);
  });

  test('runs the built program, and shows it the repository read-only', async () => {
    const node = process.env['TMUX_PERSIST_TEST_NODE'] ?? process.execPath;
    expect(await machine().output(['node', '--version'])).toBe(execFileSync(node, ['--version'], { encoding: 'utf8' }));
    const printed = await machine().output([...programInside, '--version']);
    const { version }: { version: string } = JSON.parse(
      await machine().readFile(join(repositoryInside, 'package.json')),
    );
    expect(printed).toContain(version);
    const { exitCode, stderr } = await machine().exec(['touch', join(repositoryInside, 'dist/bin.js')]);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Read-only file system'),
    });
  });

  test('tells what a unit wrote to the journal', async () => {
    const unit = '[Service]\nType=oneshot\nExecStart=echo first\nExecStart=echo second\n';
    await machine().writeFile('/etc/systemd/system/speaker.service', unit);
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'start', 'speaker.service']);
    const messages = await machine().journal('speaker.service');
    expect(messages.filter((message) => ['first', 'second'].includes(message))).toEqual(['first', 'second']);
  });

  test('reboots in seconds: another boot, the same files, the old processes gone', async () => {
    await machine().addUser('rita');
    await tmux(machine(), 'rita', 'new-session', '-d', '-s', 'notes');
    await machine().writeFile('/var/lib/kept/file', 'kept');
    const before = await machine().bootId();
    const startedAt = performance.now();
    await machine().reboot();
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(await machine().bootId()).not.toBe(before);
    expect(await machine().readFile('/var/lib/kept/file')).toBe('kept');
    expect(await sessionsOf(machine(), 'rita')).toEqual([]);
  });

  test('crashes without telling anybody, and has its files after the next boot', async () => {
    const unit = '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=true\nExecStop=touch /var/lib/kept/stopped\n';
    await machine().writeFile('/etc/systemd/system/witness.service', unit);
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'start', 'witness.service']);
    await machine().writeFile('/var/lib/kept/file', 'written before the crash');
    const before = await machine().bootId();
    await machine().crash();
    await expect(machine().exec(['true'])).rejects.toThrow('the machine is down');
    await machine().boot();
    expect(await machine().bootId()).not.toBe(before);
    expect(await machine().readFile('/var/lib/kept/file')).toBe('written before the crash');
    expect((await machine().exec(['test', '-e', '/var/lib/kept/stopped'])).exitCode).toBe(1);
  });

  test('powers off in an orderly way', async () => {
    const unit = '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=true\nExecStop=touch /var/lib/kept/stopped\n';
    await machine().writeFile('/etc/systemd/system/witness.service', unit);
    await machine().writeFile('/var/lib/kept/file', 'kept');
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'start', 'witness.service']);
    await machine().powerOff();
    expect(existsSync(join(machine().root, 'var/lib/kept/stopped'))).toBe(true);
    await machine().boot();
  });

  test('lets the kernel OOM-kill one tmux server: its socket is stale, and the server of another user is the same', async () => {
    const bo = await machine().addUser('bo');
    await machine().addUser('anca');
    await tmux(machine(), 'bo', 'new-session', '-d', '-s', 'notes');
    await tmux(machine(), 'anca', 'new-session', '-d', '-s', 'ledger');
    const serverOfAnca = await tmux(machine(), 'anca', 'display-message', '-p', '#{pid}');
    const kills = kernelOomKills();

    await machine().oomKillServer('bo');

    expect(kernelOomKills()).toBeGreaterThan(kills);
    expect((await machine().exec(['test', '-S', `/tmp/tmux-${bo.uid}/default`])).exitCode).toBe(0);
    const { exitCode, stderr } = await machine().exec(['tmux', 'list-sessions'], { user: 'bo' });
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no server running on'),
    });
    expect(await tmux(machine(), 'anca', 'display-message', '-p', '#{pid}')).toBe(serverOfAnca);
    expect(await sessionsOf(machine(), 'anca')).toEqual(['ledger']);
  });

  test('lets the kernel OOM-kill the program of one pane, and the server lives', async () => {
    await machine().addUser('wizard');
    await tmux(machine(), 'wizard', 'new-session', '-d', '-s', 'notes');
    await tmux(machine(), 'wizard', 'new-session', '-d', '-s', 'hog', 'sh', '-c', 'read go; exec tail /dev/zero');
    const hog = Number(await tmux(machine(), 'wizard', 'display-message', '-p', '-t', '=hog:', '#{pane_pid}'));
    const kills = kernelOomKills();
    await machine().oomKillProcess(hog, () => tmux(machine(), 'wizard', 'send-keys', '-t', '=hog:', 'go', 'Enter'));
    expect(kernelOomKills()).toBeGreaterThan(kills);
    expect(await sessionsOf(machine(), 'wizard')).toEqual(['notes']);
  });
});

describe('the end of a machine', () => {
  test('leaves no process, mount, cgroup or directory, and does not touch another machine', async () => {
    const [lasting, ending] = await Promise.all([disposable(), disposable()]);
    for (const one of [lasting, ending]) {
      await one.addUser('emo');
      await tmux(one, 'emo', 'new-session', '-d', '-s', 'notes');
    }
    expect(tracesOf(ending.id).length).toBeGreaterThan(3);
    await ending.dispose();
    expect(tracesOf(ending.id)).toEqual([]);
    expect(await sessionsOf(lasting, 'emo')).toEqual(['notes']);
    await ending.dispose();
    await lasting.dispose();
    expect(tracesOf(lasting.id)).toEqual([]);
  });

  test('leaves nothing of a machine that crashed, or could not boot', async () => {
    const crashed = await disposable();
    await crashed.crash();
    await crashed.dispose();
    expect(tracesOf(crashed.id)).toEqual([]);

    const failing = startMachine({ binds: [{ source: '/nonexistent', target: '/mnt' }] });
    await expect(failing).rejects.toThrow(/the machine did not stay up:[^]*\/nonexistent/);
    expect(readdirSync('/run').filter((name) => name.includes(`-test-${process.pid}-`))).toEqual([]);
    expect(topCgroups().filter((name) => name.includes(`-test-${process.pid}-`))).toEqual([]);
  });

  test('comes with the next one when its test run was killed', async () => {
    const maker = spawn('sleep', ['60']);
    const id = newMachineId(maker.pid);
    onTestFinished(() => destroyMachine(id));
    const { root } = await makeDisk(directoryOf(id), await buildBase(suiteOfThisRun()), id, 'killed');
    writeFileSync(join(root, 'etc/motd'), 'unfinished');
    const { procsFiles } = makeBootCgroup(id, 1);
    const left = spawn('sh', ['-c', joinCgroups, 'sh', ...procsFiles, '--', 'sleep', '60']);
    await expect.poll(() => processesOf(id)).toEqual([left.pid]);

    await destroyAbandonedMachines();
    expect(processesOf(id)).toEqual([left.pid]);

    const ended = new Promise((resolve) => maker.on('exit', resolve));
    maker.kill('SIGKILL');
    await ended;
    await destroyAbandonedMachines();
    expect(tracesOf(id)).toEqual([]);
  });
});

async function disposable(): Promise<Machine> {
  const machine = await startMachine();
  onTestFinished(() => machine.dispose());
  return machine;
}

const tmux = (machine: Machine, name: string, ...args: readonly string[]): Promise<string> =>
  machine.output(['tmux', ...args], { user: name });

async function sessionsOf(machine: Machine, name: string): Promise<readonly string[]> {
  const { stdout } = await machine.exec(['tmux', 'list-sessions', '-F', '#{session_name}'], { user: name });
  return stdout.split('\n').slice(0, -1);
}

/** What the host still has of a machine. */
function tracesOf(id: string): readonly string[] {
  const nspawn = ['propagate', 'unix-export'].map((kind) => join('/run/systemd/nspawn', kind, id));
  return [
    ...processesOf(id).map((pid) => `process ${pid}`),
    ...readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(id)),
    ...topCgroups().filter((name) => name.includes(id)),
    ...[directoryOf(id), ...nspawn].filter((path) => existsSync(path)),
  ];
}

function kernelOomKills(): number {
  return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1]);
}
