import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, toolEnvironment } from '../../../src/system/programs/exec.ts';
import { type Container, joinCgroups } from './container.ts';

export type Argv = readonly [string, ...string[]];

export interface ExecOptions {
  /** Root when it is left out. */
  readonly user?: string;
  /** Runs the command in a login session of logind, opened for it and closed with it. */
  readonly login?: boolean;
  /** Added to the clean environment of the user; `undefined` takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** How a command in the machine ended; without an exit code where a signal ended it, as when the machine goes down. */
export interface ExecResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An account of the machine. */
export interface MachineUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** The account that every machine has. */
export const root: MachineUser = { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' };

/** Runs a command in the machine. Throws when it cannot be started or takes too long, not for how it ended. */
export async function execInside(
  container: Container,
  argv: Argv,
  user: MachineUser,
  options: ExecOptions,
): Promise<ExecResult> {
  const leader = container.leader();
  if (leader === null) throw new Error(`the machine is down, it cannot run ${argv.join(' ')}`);
  const inside = options.login === true ? inLoginSession(argv, user, options) : asUser(argv, user, options);
  const timeoutMs = options.timeoutMs ?? 20_000;
  const startedAt = performance.now();
  const entering = ['nsenter', '-t', String(leader), '-m', '-u', '-i', '-n', '-p', '-C', '--'];
  // Killed from inside, because only nsenter reaps the command: where nsenter is killed instead, the command can stay a zombie,
  // for which every shutdown waits ten seconds.
  const limited = ['timeout', '--signal=KILL', String(timeoutMs / 1000), ...inside];
  const { exitCode, stdout, stderr, failure } = await run(
    ['sh', '-c', joinCgroups, 'sh', execCgroup(container), '--', ...entering, ...limited],
    {
      timeoutMs: timeoutMs + 5000,
      env: toolEnvironment,
      ...(options.input === undefined ? {} : { input: options.input }),
    },
  );
  const isLate = performance.now() - startedAt >= timeoutMs && (failure === 'signal' || exitCode === 137);
  if (!isLate && (failure === null || failure === 'signal')) return { exitCode, stdout, stderr };
  throw new Error(`${argv.join(' ')} in the machine: ${isLate ? 'timeout' : failure}: ${stderr}${stdout}`);
}

/** A place in the machine's own tree: what a command leaves running would else be outside of it, and outlive the machine. */
function execCgroup({ cgroup }: Container): string {
  const directory = join(cgroup.payload, 'exec');
  mkdirSync(directory, { recursive: true });
  return join(directory, 'cgroup.procs');
}

function asUser(argv: Argv, user: MachineUser, { env = {}, cwd = user.home }: ExecOptions): readonly string[] {
  const identity = user.uid === 0 ? [] : ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups'];
  const variables = assignments({
    PATH:
      user.uid === 0 ? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' : '/usr/local/bin:/usr/bin:/bin',
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    SHELL: user.shell,
    LANG: 'C.UTF-8',
    ...env,
  });
  return [...identity, 'env', '-i', `--chdir=${cwd}`, ...variables, ...argv];
}

function inLoginSession(argv: Argv, user: MachineUser, { env = {}, cwd = user.home }: ExecOptions): readonly string[] {
  const properties = ['PAMName=login', `User=${user.name}`, `WorkingDirectory=${cwd}`].flatMap((text) => ['-p', text]);
  const variables = assignments(env).map((assignment) => `--setenv=${assignment}`);
  return ['systemd-run', '--quiet', '--collect', '--wait', '--pipe', ...properties, ...variables, '--', ...argv];
}

function assignments(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
}
