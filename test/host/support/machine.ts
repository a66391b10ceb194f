import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildBase } from './base-system.ts';
import { startContainer, type Container } from './container.ts';
import { destroyAbandonedMachines, destroyMachine, directoryOf } from './destroy-machine.ts';
import { execInside, type Argv, type ExecOptions, type ExecResult, type MachineUser } from './exec-inside.ts';
import { accountIn } from './machine-accounts.ts';
import { makeBootCgroup } from './machine-cgroup.ts';
import { makeDisk } from './machine-disk.ts';
import { newMachineId } from './machine-id.ts';
import { oomGrowthBytes, oomKill } from './oom-kill.ts';
import { hostPidOf, pidsBeside } from './pid-namespace.ts';
import { bindArgument, programBinds, type Bind } from './program-binds.ts';
import { suiteOfThisRun, type Suite } from './suite.ts';
import { waitFor } from './wait-for.ts';

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
  /** Writes a file of root's with its parent directories. */
  readonly writeFile: (path: string, text: string, mode?: string) => Promise<void>;
  /** Creates an account with a home, and the groups that are missing. */
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
  readonly oomKillServer: (uid: number) => Promise<void>;
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

const bootLimitMs = 60_000;
const shutdownLimitMs = 120_000;

/** Boots a new machine. Whoever starts it disposes of it; the end of this process does where nobody did. */
export async function startMachine(options: MachineOptions = {}): Promise<Machine> {
  const { suite = suiteOfThisRun(), name = 'devvm', binds = [] } = options;
  destroyAbandonedMachines();
  const base = await buildBase(suite);
  const id = newMachineId();
  const destroyAtExit = (): void => destroyMachine(id);
  process.on('exit', destroyAtExit);
  const release = (): void => {
    destroyMachine(id);
    process.off('exit', destroyAtExit);
  };
  try {
    const disk = await makeDisk(directoryOf(id), base, id, name);
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(disk.root, 'usr/local/bin/npm'));
    const machine = machineOn({
      id,
      hostname: name,
      root: disk.root,
      consoleLog: disk.consoleLog,
      binds: [...programBinds(), ...binds].map(bindArgument),
      release,
    });
    await machine.boot();
    return machine;
  } catch (error) {
    release();
    throw error;
  }
}

interface MachineParts {
  readonly id: string;
  readonly hostname: string;
  readonly root: string;
  readonly consoleLog: string;
  readonly binds: readonly string[];
  readonly release: () => void;
}

function machineOn({ release, ...parts }: MachineParts): Machine {
  const { id, root, consoleLog } = parts;
  let current: Container | null = null;
  let boots = 0;
  let isDisposed = false;

  const start = (): Container => {
    boots += 1;
    const container = startContainer({ ...parts, cgroup: makeBootCgroup(id, boots) });
    current = container;
    void container.ended.then((how) => {
      current = null;
      if (how === 'reboot' && !isDisposed) start();
    });
    return container;
  };
  const running = (): Container => {
    if (current === null) throw new Error('the machine is down');
    return current;
  };
  const down = (): Promise<void> =>
    waitFor(() => current === null, shutdownLimitMs, () => `the end of the machine (${lastLines(consoleLog)})`);

  const exec: Machine['exec'] = async (argv, options = {}) =>
    execInside(running(), argv, accountIn(root, options.user ?? 'root'), options);
  const output: Machine['output'] = async (argv, options) => {
    const { exitCode, stdout, stderr } = await exec(argv, options);
    if (exitCode === 0) return stdout;
    throw new Error(`${argv.join(' ')}: exit code ${exitCode}: ${stderr.trim() || stdout.trim()}`);
  };
  const booted = (isNew: (container: Container) => boolean): Promise<void> =>
    waitFor(
      async () => {
        if (current === null && boots > 0) throw new Error(`the machine does not boot: ${lastLines(consoleLog)}`);
        if (current === null || !isNew(current) || !current.listens()) return false;
        const { stdout } = await exec(['systemctl', 'is-system-running']);
        return ['running', 'degraded'].includes(stdout.trim());
      },
      bootLimitMs,
      () => `the boot of the machine (${lastLines(consoleLog)})`,
    );
  const kill = async (hostPid: number, grow: () => Promise<unknown>): Promise<void> =>
    oomKill({ id, payload: running().cgroup.payload, hostPid, grow });

  return {
    id,
    root,
    exec,
    output,
  };
}
