import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { toolEnvironment } from '../../../src/system/programs/exec.ts';
import type { BootCgroup } from './machine-cgroup.ts';
import { childrenOf, isFirstOfNamespace } from './pid-namespace.ts';

/** One boot of a machine: a running systemd-nspawn. */
export interface Container {
  readonly cgroup: BootCgroup;
  /** The machine's PID 1 as a number on the host; null before it started and after it ended. */
  readonly leader: () => number | null;
  /** Whether the machine's systemd takes commands. */
  readonly listens: () => boolean;
  /** Settles with `reboot` when the machine asked to be booted again, else with `off`. */
  readonly ended: Promise<'reboot' | 'off'>;
}

export interface ContainerOptions {
  readonly id: string;
  readonly hostname: string;
  readonly root: string;
  readonly consoleLog: string;
  readonly cgroup: BootCgroup;
  /** `--bind=` and `--bind-ro=` arguments. */
  readonly binds: readonly string[];
}

// systemd-nspawn(1): exit status 133 asks whoever started it to start it again.
const rebootExitCode = 133;

// Nothing of the host's shows inside, and the host's own service manager, if it has one, is not asked for anything.
const nspawn = [
  'systemd-nspawn',
  '--quiet',
  '--boot',
  '--register=no',
  '--keep-unit',
  '--link-journal=no',
  '--resolv-conf=off',
  '--timezone=off',
  '--console=pipe',
  // As on a host: root may read the kernel log.
  '--capability=CAP_SYSLOG',
] as const;

/** Joins the cgroups that are named before `--`, then becomes the command after it. */
export const joinCgroups = 'while [ "$1" != -- ]; do echo $$ >"$1" || exit 125; shift; done; shift; exec "$@"';

/** Boots the root file system. The container is powered off when this process dies. */
export function startContainer({ id, hostname, root, consoleLog, cgroup, binds }: ContainerOptions): Container {
  const log = openSync(consoleLog, 'a');
  const where = [`--directory=${root}`, `--machine=${id}`, `--hostname=${hostname}`, '--private-network', ...binds];
  const child = spawn(
    'sh',
    ['-c', joinCgroups, 'sh', ...cgroup.procsFiles, '--', 'setpriv', '--pdeathsig', 'TERM', ...nspawn, ...where],
    // Pure cgroup v2 inside, as current distributions have it, also where the host is hybrid.
    { cwd: '/', env: { ...toolEnvironment, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' }, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  let pid = child.pid ?? null;
  const ended = new Promise<'reboot' | 'off'>((resolve) => {
    const settle = (exitCode: number | null): void => {
      pid = null;
      resolve(exitCode === rebootExitCode ? 'reboot' : 'off');
    };
    child.on('error', () => settle(null));
    child.on('exit', settle);
  });
  const leader = (): number | null => (pid === null ? null : (childrenOf(pid).find(isFirstOfNamespace) ?? null));
  return {
    cgroup,
    leader,
    listens: () => {
      const first = leader();
      return first !== null && existsSync(join('/proc', String(first), 'root/run/systemd/private'));
    },
    ended,
  };
}
