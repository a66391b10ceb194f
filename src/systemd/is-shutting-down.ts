import { run } from '../system/exec.ts';
import { toolEnvironment } from '../system/tool-environment.ts';
import { isSystemdRunning } from './is-systemd-running.ts';

/** Whether systemd is taking this host down; false where it does not run, or does not say. */
export async function isShuttingDown(signal?: AbortSignal): Promise<boolean> {
  if (!isSystemdRunning()) return false;
  // Exits 1 for every state but `running`, so that only its word counts.
  const { stdout } = await run(['systemctl', 'is-system-running'], {
    timeoutMs: 5000,
    env: toolEnvironment,
    ...(signal === undefined ? {} : { signal }),
  });
  return stdout.trim() === 'stopping';
}
