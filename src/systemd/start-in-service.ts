import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ServerMemory } from '../core/roster.ts';
import type { Account } from '../system/host/accounts.ts';
import { ensureDirectory } from '../system/files/ensure-directory.ts';
import { errnoName, StateWriteError, systemErrorText } from '../system/errors.ts';
import { type CommandOptions, type CommandResult, run } from '../system/programs/exec.ts';
import { launchToStay } from '../system/programs/launch.ts';
import { openOutputSocket } from '../system/sockets/output-socket.ts';
import { systemdEnvironment } from './systemctl.ts';

type ServiceStart =
  /** The command ran; `result` has its output and its exit code. */
  | { readonly kind: 'ran'; readonly result: CommandResult }
  /** systemd did not run the command. */
  | { readonly kind: 'refused'; readonly reason: string };

type StartOptions = Pick<CommandOptions, 'timeoutMs' | 'signal'>;

/** Open to root only. systemd passes the sockets inside to the processes that may use them. */
const socketDirectory = '/run/tmux-persist';

/** A tmux client hands its output on to the server, which closes it soon after. */
const outputLimitMs = 700;

/**
 * Runs a command that starts a server as a transient service of its account, and waits for the command. Only as root,
 * under systemd.
 */
export async function startInService(request: ServiceRequest, options: StartOptions): Promise<ServiceStart> {
  // A fixed name would stay taken while any process of an earlier server lives.
  const id = `${request.account.uid}-${randomBytes(4).toString('hex')}`;
  const place = {
    unit: `tmux-server-${id}.service`,
    stdoutSocket: join(socketDirectory, `${id}.out`),
    stderrSocket: join(socketDirectory, `${id}.err`),
  };
  const sockets = await openSockets([place.stdoutSocket, place.stderrSocket]);
  if ('reason' in sockets) return { kind: 'refused', reason: sockets.reason };
  const result = await run(serviceArgv(request, place), { ...options, env: systemdEnvironment });
  const [output = '', stderr = ''] = await Promise.all(sockets.opened.map(({ finish }) => finish(outputLimitMs)));
  const refusal = refusalOf(result, place.unit);
  if (refusal !== null) return { kind: 'refused', reason: refusal };
  const { exitCode, stdout } = commandEnd(output) ?? { exitCode: null, stdout: output };
  return { kind: 'ran', result: { ...result, exitCode, stdout, stderr } };
}

/** Why systemd did not run the command; null when it did, or when the call was cut short. */
function refusalOf({ failure, exitCode, stderr }: CommandResult, unit: string): string | null {
  if (failure === 'not-found') return 'systemd-run was not found';
  if (failure === 'other') return `systemd-run could not be run: ${stderr}`;
  if (failure !== null || exitCode === 0) return null;
  const words = stderr.trim().replaceAll(/\s*\n\s*/g, '; ');
  return words === '' ? `systemd could not run it, see journalctl --unit ${unit}` : words;
}

type Sockets =
  { readonly opened: readonly Awaited<ReturnType<typeof openOutputSocket>>[] } | { readonly reason: string };

async function openSockets(paths: readonly string[]): Promise<Sockets> {
  try {
    ensureDirectory(socketDirectory, { mode: 0o700, owner: { uid: 0, gid: 0 }, repair: true });
    return { opened: await Promise.all(paths.map(openOutputSocket)) };
  } catch (error) {
    if (error instanceof StateWriteError) return { reason: error.message };
    if (errnoName(error) !== null) return { reason: `${socketDirectory}: ${systemErrorText(error)}` };
    throw error;
  }
}

/**
 * Runs a command that starts a server as its account, in a scope of the account's slice. This is for a host that cannot
 * start the service. The slice's limits apply, and logind knows the owner. Only as root, under systemd.
 */
export async function startInScope(
  { account, command, env, memory }: ServiceRequest,
  options: StartOptions,
): Promise<ServiceStart> {
  const properties = [
    'TasksMax=infinity',
    ...memoryProperties(memory),
    'SendSIGHUP=yes',
    'TimeoutStopSec=10',
    'Before=tmux-persist-shutdown.service',
  ];
  const within = [
    'systemd-run',
    '--quiet',
    '--scope',
    '--collect',
    `--description=tmux server of ${account.name}`,
    `--slice=user-${account.uid}.slice`,
    ...properties.map((property) => `--property=${property}`),
    '--',
    '/bin/sh',
    '-c',
    'echo started; exec "$@"',
    'sh',
  ];
  const result = await launchToStay(account, command, { ...options, env }, within);
  if (!result.stdout.startsWith(mark)) return { kind: 'refused', reason: wordsOf(result) };
  return { kind: 'ran', result: { ...result, stdout: result.stdout.slice(mark.length) } };
}

/** systemd-run exits with 1 both for its own failure and for one of the command. */
const mark = 'started\n';

function wordsOf({ stderr, failure }: CommandResult): string {
  return stderr.trim().replaceAll(/\s*\n\s*/g, '; ') || `systemd-run gave no scope (${failure ?? 'no words'})`;
}

/** A command that starts a server, and the account of that server. */
export interface ServiceRequest {
  readonly account: Account;
  readonly command: readonly [string, ...string[]];
  /** The complete environment, except the variables that systemd adds for the account. */
  readonly env: Readonly<Record<string, string>>;
  readonly memory: ServerMemory;
}

interface ServicePlace {
  readonly unit: string;
  /** Sockets in the file system, to which systemd connects the streams (systemd.exec(5)). */
  readonly stdoutSocket: string;
  readonly stderrSocket: string;
}

/**
 * The systemd-run command that runs a command as a transient service of the account, in the account's slice.
 *
 * The remaining server has the account's groups, nothing of the caller's, and a cgroup that does not end with another
 * unit. An OOM kill of one process in it ends no other. systemd-run itself fails only when systemd did not run the
 * command. Measured on systemd 247, 252, 257, 262.
 */
export function serviceArgv(
  { account, command, env, memory }: ServiceRequest,
  { unit, stdoutSocket, stderrSocket }: ServicePlace,
): readonly [string, ...string[]] {
  const properties = [
    // Without `-`, a missing home would keep the server from starting.
    `WorkingDirectory=-${account.home}`,
    'PAMName=runuser',
    // The server stays, and it may be any of the processes.
    'GuessMainPID=no',
    'OOMPolicy=continue',
    // As logind sets it for the sessions in which people start servers. The slice's limit applies.
    'TasksMax=infinity',
    ...memoryProperties(memory),
    // A user's configuration may take long. The caller has its own, shorter limit.
    'TimeoutStartSec=5min',
    'SendSIGHUP=yes',
    'TimeoutStopSec=10',
    `StandardOutput=file:${stdoutSocket}`,
    `StandardError=file:${stderrSocket}`,
    // The service stops only after the last save has observed it.
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
 * The service's start succeeds however the command ends, and the script prints the command's exit code. Otherwise
 * systemd would kill a running server when one of the last commands to it fails. A missing listener must not matter
 * either. The script unsets the shell's own variables.
 */
const script = 'unset PWD OLDPWD SHLVL; "$@"; echo "exit $?"; exit 0';

/** The output and the exit code of the command, from the service's output; null when it did not get that far. */
export function commandEnd(output: string): { readonly exitCode: number; readonly stdout: string } | null {
  const match = /^([^]*)exit (\d+)\n$/.exec(output);
  return match === null ? null : { exitCode: Number(match[2]), stdout: match[1] ?? '' };
}

/** The roster's memory limits of a server, as systemd properties. */
function memoryProperties({ highMib, maxMib }: ServerMemory): readonly string[] {
  return [
    ...(highMib === null ? [] : [`MemoryHigh=${highMib}M`]),
    ...(maxMib === null ? [] : [`MemoryMax=${maxMib}M`]),
  ];
}

/**
 * systemd expands variables in the words of a command, even when each word is passed separately; it does not expand
 * specifiers.
 */
function literal(word: string): string {
  return word.replaceAll('$', '$$$$');
}
