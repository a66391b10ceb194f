import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildBase } from './base-system.ts';
import { destroyAbandonedMachines } from './destroy-abandoned-machines.ts';
import { destroyMachine, directoryOf } from './destroy-machine.ts';
import { execInside, type Argv, type ExecOptions, type ExecResult, type MachineUser } from './exec-inside.ts';
import { maskIdleGenerators } from './idle-generators.ts';
import { accountIn } from './machine-accounts.ts';
import { makeDisk } from './machine-disk.ts';
import { newMachineId } from './machine-id.ts';
import { powerOf, type MachinePower } from './machine-power.ts';
import { missingForHostTests } from './missing-for-host-tests.ts';
import { oomGrowthBytes, oomKill } from './oom-kill.ts';
import { hostPidOf } from './pid-namespace.ts';
import { bindArgument, programBinds, type Bind } from './program-binds.ts';
import { tmuxServerOf } from './tmux-server-of.ts';
import { suiteOfThisRun, type Suite } from './suite.ts';

/** A booted Debian with systemd, logind and tmux, which no other machine and nothing of the host shares. */
export interface Machine {
  /** The name of its directory, mounts and cgroups on the host. */
  readonly id: string;
  /** Its root file system as the host sees it, without what is mounted inside (/tmp, /run, /proc). */
  readonly root: string;
  /** Runs a command as root, or as a user, from a clean environment. */
  readonly exec: (argv: Argv, options?: ExecOptions) => Promise<ExecResult>;
  /** The same, for a command that must succeed: returns what it printed, else throws with its words. */
  readonly output: (argv: Argv, options?: ExecOptions) => Promise<string>;
  readonly readFile: (path: string) => Promise<string>;
  /** A file of /proc about the process with this number in the machine, read from the host: no command runs for it. */
  readonly processFile: (pid: number, name: 'environ' | 'status') => string;
  /** The file by which a program of the host enters the machine's network. */
  readonly networkNamespace: () => string;
  /** Writes a file of root's with its parent directories. */
  readonly writeFile: (path: string, text: string, mode?: string) => Promise<void>;
  /** Creates an account with a home, and the groups that are missing. No test user of the host itself has its number. */
  readonly addUser: (name: string, options?: UserOptions) => Promise<MachineUser>;
  /** What a unit wrote to the journal since the last boot, message by message. */
  readonly journal: (unit: string) => Promise<readonly string[]>;
  readonly bootId: () => Promise<string>;
  /** Shuts down in an orderly way and boots again. */
  readonly reboot: () => Promise<void>;
  /** Shuts down in an orderly way. */
  readonly powerOff: () => Promise<void>;
  /** Takes the power away: every process is gone at once, and nothing is told. */
  readonly crash: () => Promise<void>;
  /** Boots a machine that is down, and waits until its boot is complete. */
  readonly boot: () => Promise<void>;
  /** Makes the kernel OOM-kill the one tmux server of a user, which leaves its socket behind. */
  readonly oomKillServer: (user: string) => Promise<void>;
  /** Makes the kernel OOM-kill the process with this number in the machine, once `grow` makes it want 32 MiB more. */
  readonly oomKillProcess: (pid: number, grow: () => Promise<unknown>) => Promise<void>;
  /** Removes all of it from the host. Can be called again. */
  readonly dispose: () => Promise<void>;
}

export interface UserOptions {
  readonly groups?: readonly string[];
  readonly shell?: string;
}

export interface MachineOptions {
  readonly suite?: Suite;
  /** Its host name. */
  readonly name?: string;
  /** What it sees besides the repository, Node and npm. */
  readonly binds?: readonly Bind[];
}

/** Boots a new machine. Whoever starts it disposes of it; the end of this process does where nobody did. */
export async function startMachine(options: MachineOptions = {}): Promise<Machine> {
  const { suite = suiteOfThisRun(), name = 'devvm', binds = [] } = options;
  const missing = missingForHostTests();
  if (missing !== null) throw new Error(`a real systemd cannot be booted here: ${missing}`);
  await destroyAbandonedMachines();
  const base = await buildBase(suite);
  const id = newMachineId();
  const destroyAtExit = (): void => destroyMachine(id);
  process.on('exit', destroyAtExit);
  const release = (): void => {
    destroyMachine(id);
    process.off('exit', destroyAtExit);
  };
  try {
    const { root, consoleLog } = await makeDisk(directoryOf(id), base, id, name);
    maskIdleGenerators(root);
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
    const arguments_ = [...programBinds(), ...binds].map(bindArgument);
    const power = powerOf({ id, hostname: name, root, consoleLog, binds: arguments_ });
    await power.boot();
    return machineOn(id, root, power, release);
  } catch (error) {
    release();
    throw error;
  }
}

function machineOn(id: string, root: string, power: MachinePower, release: () => void): Machine {
  const exec: Machine['exec'] = async (argv, options = {}) =>
    execInside(power.container(), argv, accountIn(root, options.user ?? 'root'), options);
  const output: Machine['output'] = async (argv, options) => {
    const { exitCode, stdout, stderr } = await exec(argv, options);
    if (exitCode === 0) return stdout;
    throw new Error(`${argv.join(' ')}: exit code ${exitCode}: ${stderr.trim() || stdout.trim()}`);
  };
  const kill = (hostPid: number, grow: () => Promise<unknown>): Promise<void> =>
    oomKill({ id, payload: power.container().cgroup.payload, hostPid, grow });
  return {
    id,
    root,
    exec,
    output,
    readFile: (path) => output(['cat', '--', path]),
    processFile: (pid, file) => readFileSync(`/proc/${leaderOf(power)}/root/proc/${pid}/${file}`, 'utf8'),
    networkNamespace: () => `/proc/${leaderOf(power)}/ns/net`,
    writeFile: async (path, text, mode = '0644') => {
      await output(['sh', '-c', writeScript, 'sh', path, mode], { input: text });
    },
    addUser: async (name, { groups = [], shell = '/bin/bash' } = {}) => {
      for (const group of groups) await output(['groupadd', '--force', group]);
      const shape = ['--create-home', `--shell=${shell}`, `--groups=${groups.join(',')}`];
      await output(['useradd', '--key', `UID_MIN=${firstUid}`, ...shape, name]);
      return accountIn(root, name);
    },
    journal: async (unit) => {
      const text = await output(['journalctl', '--boot', '--no-pager', '--output=cat', `--unit=${unit}`]);
      return text.split('\n').slice(0, -1);
    },
    bootId: async () => (await output(['cat', '/proc/sys/kernel/random/boot_id'])).trim(),
    reboot: power.reboot,
    powerOff: power.powerOff,
    crash: power.crash,
    boot: power.boot,
    oomKillServer: async (name) => {
      const server = tmuxServerOf(leaderOf(power), accountIn(root, name).uid);
      await kill(server, () => exec(['tmux', 'load-buffer', '-'], { user: name, input: 'x'.repeat(oomGrowthBytes) }));
    },
    oomKillProcess: async (pid, grow) => {
      const hostPid = hostPidOf(leaderOf(power), pid);
      if (hostPid === null) throw new Error(`the machine has no process ${pid}`);
      await kill(hostPid, grow);
    },
    dispose: async () => {
      power.retire();
      release();
    },
  };
}

// A machine shares its user ids with the host, where tests with Unix users kill by them, and get the usual ones.
const firstUid = 30_000;

// Not `install … /dev/stdin`: Node gives its children a socket for their input, and a socket cannot be opened by its path.
const writeScript = 'mkdir -p -- "$(dirname -- "$1")" && cat >"$1" && chmod -- "$2" "$1"';

function leaderOf(power: MachinePower): number {
  const leader = power.container().leader();
  if (leader === null) throw new Error('the machine has no PID 1');
  return leader;
}
