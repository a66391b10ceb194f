import process from 'node:process';

/** The first of the descriptors that systemd passes on (sd_listen_fds(3)). */
export const firstInheritedSocket = 3;

/**
 * How many sockets systemd has passed to this very process; its children have another pid. No child inherits them: Node marks
 * the low descriptors at its start (20.20).
 */
export function inheritedSocketCount(env: Readonly<Record<string, string | undefined>> = process.env): number {
  const count = Number(env['LISTEN_FDS'] ?? '');
  return env['LISTEN_PID'] === String(process.pid) && Number.isSafeInteger(count) && count > 0 ? count : 0;
}
