import type { ServerMemory } from '../core/roster.ts';
import type { Account } from '../system/account.ts';

/** A command that leaves a server running, and whose that server is to be. */
export interface ServiceRequest {
  readonly account: Account;
  readonly command: readonly [string, ...string[]];
  /** All of its environment, but what systemd adds for the account. */
  readonly env: Readonly<Record<string, string>>;
  readonly memory: ServerMemory;
}

export interface ServicePlace {
  readonly unit: string;
  /** Sockets in the file system, which systemd.exec(5) connects to. */
  readonly stdoutSocket: string;
  readonly stderrSocket: string;
}

/**
 * The systemd-run command that runs a command as a transient service of the account, in the account's slice.
 *
 * What is left running has the account's groups, nothing of the caller's, and a cgroup that no other unit's end concerns.
 * An OOM kill of one process in it ends no other. systemd-run itself fails only where systemd did not run the command.
 * Measured on systemd 247, 252, 257, 262.
 */
export function serviceArgv(
  { account, command, env, memory }: ServiceRequest,
  { unit, stdoutSocket, stderrSocket }: ServicePlace,
): readonly [string, ...string[]] {
  const properties = [
    // Without `-`, a home that is missing would keep the server from starting.
    `WorkingDirectory=-${account.home}`,
    'PAMName=runuser',
    // It is the server that stays, and it may be any of the processes.
    'GuessMainPID=no',
    'OOMPolicy=continue',
    // As logind has it for the sessions that people start servers in: the limit is that of the slice.
    'TasksMax=infinity',
    ...memoryProperties(memory),
    // A user's configuration may take its time; the caller waits no longer than it wants.
    'TimeoutStartSec=5min',
    'SendSIGHUP=yes',
    'TimeoutStopSec=10',
    `StandardOutput=file:${stdoutSocket}`,
    `StandardError=file:${stderrSocket}`,
    // Stopped only when the last save has seen it.
    'Before=tmux-persist-shutdown.service',
    'UnsetEnvironment=INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID MEMORY_PRESSURE_WATCH MEMORY_PRESSURE_WRITE',
  ];
  return [
    'systemd-run',
    '--quiet',
    '--collect',
    `--unit=${unit}`,
    `--description=tmux server of ${account.name}`,
    `--uid=${account.name}`,
    `--slice=user-${account.uid}.slice`,
    '--service-type=forking',
    ...properties.map((property) => `--property=${property}`),
    ...Object.entries(env).map(([name, value]) => `--setenv=${name}=${value}`),
    '--',
    ...['/bin/sh', '-c', script, 'sh', ...command].map(literal),
  ];
}

/**
 * Lets the service start however the command ends, and tells how it ended: systemd would kill a server that runs already when
 * one of the last commands to it fails. Whoever listened may be gone, and that must not matter either. What is unset are
 * the shell's own variables.
 */
const script = 'unset PWD OLDPWD SHLVL; "$@"; echo "exit $?"; exit 0';

/** The output and the exit code of the command, from what the service wrote; null where it did not get so far. */
export function commandEnd(output: string): { readonly exitCode: number; readonly stdout: string } | null {
  const match = /^([^]*)exit (\d+)\n$/.exec(output);
  return match === null ? null : { exitCode: Number(match[2]), stdout: match[1] ?? '' };
}

/** The roster's limits of a server, as systemd has them. */
export function memoryProperties({ highMib, maxMib }: ServerMemory): readonly string[] {
  return [
    ...(highMib === null ? [] : [`MemoryHigh=${highMib}M`]),
    ...(maxMib === null ? [] : [`MemoryMax=${maxMib}M`]),
  ];
}

/** systemd puts variables into the words of a command, also of one that came word by word; specifiers it does not. */
function literal(word: string): string {
  return word.replaceAll('$', '$$$$');
}
