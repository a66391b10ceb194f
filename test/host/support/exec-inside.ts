import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../src/system/exec.ts';
import { toolEnvironment } from '../../../src/system/tool-environment.ts';
import { joinCgroups, type Container } from './container.ts';

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
  const { exitCode, stdout, stderr, failure } = await run(
    ['sh', '-c', joinCgroups, 'sh', execCgroup(container), '--', 'nsenter', '-t', String(leader), ...namespaces, ...inside],
    {
      timeoutMs: options.timeoutMs ?? 20_000,
      env: toolEnvironment,
      ...(options.input === undefined ? {} : { input: options.input }),
    },
  );
  if (failure === null || failure === 'signal') return { exitCode, stdout, stderr };
  throw new Error(`${argv.join(' ')} in the machine: ${failure}: ${stderr}${stdout}`);
}

const namespaces = ['-m', '-u', '-i', '-n', '-p', '-C', '--'] as const;

/** A place in the machine's own tree: what a command leaves running would else be outside of it, and outlive the machine. */
function execCgroup({ cgroup }: Container): string {
  const directory = join(cgroup.payload, 'exec');
  mkdirSync(directory, { recursive: true });
  return join(directory, 'cgroup.procs');
}

function asUser(argv: Argv, user: MachineUser, { env = {}, cwd = user.home }: ExecOptions): readonly string[] {
  const identity = user.uid === 0 ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups'];
  const variables = assignments({
    PATH: user.uid === 0 ? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' : '/usr/local/bin:/usr/bin:/bin',
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    SHELL: user.shell,
    LANG: 'C.UTF-8',
    ...env,
  });
  // A time limit kills nsenter, and that must end the command.
  return ['setpriv', ...identity, '--pdeathsig', 'KILL', 'env', '-i', `--chdir=${cwd}`, ...variables, ...argv];
}

function inLoginSession(argv: Argv, user: MachineUser, { env = {}, cwd = user.home }: ExecOptions): readonly string[] {
  const properties = ['PAMName=login', `User=${user.name}`, `WorkingDirectory=${cwd}`].flatMap((text) => ['-p', text]);
  const variables = assignments(env).map((assignment) => `--setenv=${assignment}`);
  return ['systemd-run', '--quiet', '--collect', '--wait', '--pipe', ...properties, ...variables, '--', ...argv];
}

function assignments(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
}
