import { existsSync } from 'node:fs';

/** Whether systemd is the init of this host, as sd_booted(3) tells it. */
export function isSystemdRunning(): boolean {
  return existsSync('/run/systemd/system');
}
