import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ensureDirectory } from '../system/ensure-directory.ts';
import { errnoName, systemErrorText } from '../system/errors.ts';
import { type CommandOptions, type CommandResult, run } from '../system/exec.ts';
import { openOutputSocket } from '../system/output-socket.ts';
import { StateWriteError } from '../system/state-error.ts';
import { commandEnd, serviceArgv, type ServiceRequest } from './service-argv.ts';
import { systemdEnvironment } from './systemd-environment.ts';

export type ServiceStart =
  /** The command was run; `result` has its own output, and ends as it did. */
  | { readonly kind: 'ran'; readonly result: CommandResult }
  /** systemd did not run it. */
  | { readonly kind: 'refused'; readonly reason: string };

export type StartOptions = Pick<CommandOptions, 'timeoutMs' | 'signal'>;

/** Root's alone: what is in it is open to the processes that systemd gives it to. */
const socketDirectory = '/run/tmux-persist';

/** A tmux client hands its output on to the server, which lets go of it soon after. */
const outputLimitMs = 700;

/**
 * Runs a command that leaves a server running as a transient service of its account, and waits for the command. Only as
 * root, where systemd runs.
 */
export async function startInService(request: ServiceRequest, options: StartOptions): Promise<ServiceStart> {
  // A fixed name would be taken as long as one process of an earlier server lives.
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

/** Why systemd did not run the command; null when it did, or was cut short. */
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
