import { run, type CommandResult } from '../system/exec.ts';
import { systemdEnvironment } from './systemd-environment.ts';

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
