import { existsSync } from 'node:fs';
import { type CommandResult, run, toolEnvironment } from '../system/programs/exec.ts';

/** systemd gave no answer, or refused. The message has its own words. */
export class SystemctlError extends Error {
  override readonly name = 'SystemctlError';
}

export interface SystemctlOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Runs systemctl and returns its output. Throws SystemctlError. */
export function systemctl(args: readonly string[], options: SystemctlOptions): Promise<string> {
  return systemctlWith({}, args, options);
}

/** The same with further variables of the environment. Throws SystemctlError. */
export async function systemctlWith(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  options: SystemctlOptions,
): Promise<string> {
  const result = await run(['systemctl', '--no-pager', '--no-ask-password', ...args], {
    ...options,
    env: { ...systemdEnvironment, ...env },
  });
  if (result.exitCode === 0) return result.stdout;
  throw new SystemctlError(`systemctl ${args.join(' ')}: ${wordsOf(result, options.timeoutMs)}`);
}

/** Has systemd read its files again. Throws SystemctlError. */
export async function reloadUnits(signal: AbortSignal): Promise<void> {
  await systemctl(['daemon-reload'], { signal, timeoutMs: 30_000 });
}

/** The properties of each unit in the output of `systemctl show`: blocks of `Name=value`, separated by empty lines. */
export function propertiesIn(text: string): readonly ReadonlyMap<string, string>[] {
  return text.split(/\n\n+/).map((block) => {
    const lines = block.split('\n').filter((line) => line.includes('='));
    return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const));
  });
}

function wordsOf({ failure, stderr, stdout, exitCode }: CommandResult, timeoutMs: number): string {
  if (failure === 'timeout') return `no answer within ${timeoutMs / 1000} s`;
  const words = (stderr.trim() || stdout.trim()).replaceAll(/\s*\n\s*/g, '; ');
  return words === '' ? (failure ?? `exit code ${exitCode}`) : words;
}

/** Environment for the tools of systemd: output without colours (the second variable is for 247), and times in UTC. */
export const systemdEnvironment: Readonly<Record<string, string>> = {
  ...toolEnvironment,
  SYSTEMD_COLORS: '0',
  SYSTEMD_LOG_COLOR: '0',
  TZ: 'UTC',
};

/** Whether systemd is the init of this host, by the rule of sd_booted(3). */
export function isSystemdRunning(): boolean {
  return existsSync('/run/systemd/system');
}

/** Whether systemd is shutting this host down: `unknown` when systemd runs and does not tell. */
export async function shutdownState(signal?: AbortSignal): Promise<'yes' | 'no' | 'unknown'> {
  if (!isSystemdRunning()) return 'no';
  // It exits with 1 for every state but `running`, so only the printed word counts.
  const { stdout } = await run(['systemctl', 'is-system-running'], {
    timeoutMs: 5000,
    env: toolEnvironment,
    ...(signal === undefined ? {} : { signal }),
  });
  const word = stdout.trim();
  if (word === 'stopping') return 'yes';
  return knownStates.has(word) ? 'no' : 'unknown';
}

/** All states of systemctl(1) except `unknown`, which it prints when it cannot ask. */
const knownStates: ReadonlySet<string> = new Set(
  'initializing starting running degraded maintenance offline'.split(' '),
);
