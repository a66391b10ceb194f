import { existsSync } from 'node:fs';
import { type CommandResult, run, toolEnvironment } from '../system/exec.ts';

/** systemd could not be asked, or refused; with its own words. */
export class SystemctlError extends Error {
  override readonly name = 'SystemctlError';
}

export interface SystemctlOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Runs systemctl and returns what it printed. Throws SystemctlError. */
export async function systemctl(args: readonly string[], options: SystemctlOptions): Promise<string> {
  const result = await run(['systemctl', '--no-pager', '--no-ask-password', ...args], {
    ...options,
    env: systemdEnvironment,
  });
  if (result.exitCode === 0) return result.stdout;
  throw new SystemctlError(`systemctl ${args.join(' ')}: ${wordsOf(result, options.timeoutMs)}`);
}

function wordsOf({ failure, stderr, stdout, exitCode }: CommandResult, timeoutMs: number): string {
  if (failure === 'timeout') return `no answer within ${timeoutMs / 1000} s`;
  const words = (stderr.trim() || stdout.trim()).replaceAll(/\s*\n\s*/g, '; ');
  return words === '' ? (failure ?? `exit code ${exitCode}`) : words;
}

/** Environment for the tools of systemd: plain words (the second variable is for 247), and times in one zone. */
export const systemdEnvironment: Readonly<Record<string, string>> = {
  ...toolEnvironment,
  SYSTEMD_COLORS: '0',
  SYSTEMD_LOG_COLOR: '0',
  TZ: 'UTC',
};

/** Whether systemd is the init of this host, as sd_booted(3) tells it. */
export function isSystemdRunning(): boolean {
  return existsSync('/run/systemd/system');
}

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
