import { run } from '../system/exec.ts';
import { toolEnvironment } from '../system/tool-environment.ts';
import { isSystemdRunning } from './is-systemd-running.ts';

/** Whether systemd is taking this host down: `unknown` where it runs, and does not say. */
export async function shutdownState(signal?: AbortSignal): Promise<'yes' | 'no' | 'unknown'> {
  if (!isSystemdRunning()) return 'no';
  // Exits 1 for every state but `running`, so that only its word counts.
  const { stdout } = await run(['systemctl', 'is-system-running'], {
    timeoutMs: 5000,
    env: toolEnvironment,
    ...(signal === undefined ? {} : { signal }),
  });
  const word = stdout.trim();
  if (word === 'stopping') return 'yes';
  return knownStates.has(word) ? 'no' : 'unknown';
}

/** All others of systemctl(1) but `unknown`, which it prints where it cannot ask. */
const knownStates: ReadonlySet<string> = new Set(
  'initializing starting running degraded maintenance offline'.split(' '),
);
