import process from 'node:process';
import { run, toolEnvironment } from '../system/programs/exec.ts';

const timeoutMs = 5_000;

/**
 * Tells systemd something about this service, such as `WATCHDOG=1` (sd_notify(3)); does nothing where this process is no
 * service that may. Returns why that failed, and null when it did not.
 *
 * Node cannot send to a Unix datagram socket. systemd-notify can, and waits until systemd has read it (systemd 246 and
 * later), so that systemd still knows whose child it was.
 */
export async function notifySystemd(
  assignments: readonly [string, ...string[]],
  {
    signal,
    socket = process.env['NOTIFY_SOCKET'],
  }: { readonly signal: AbortSignal; readonly socket?: string | undefined },
): Promise<string | null> {
  if (socket === undefined || socket === '') return null;
  const env = { ...toolEnvironment, NOTIFY_SOCKET: socket };
  const { exitCode, failure, stderr } = await run(['systemd-notify', '--', ...assignments], { timeoutMs, signal, env });
  if (exitCode === 0) return null;
  return `systemd-notify: ${stderr.trim() || (failure ?? `exit code ${exitCode}`)}`;
}
