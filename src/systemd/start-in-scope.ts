import type { CommandResult } from '../system/exec.ts';
import { launchToStay } from '../system/launch.ts';
import { memoryProperties, type ServiceRequest } from './service-argv.ts';
import type { ServiceStart, StartOptions } from './start-in-service.ts';

/**
 * Runs a command that leaves a server running as its account, in a scope of the account's slice: for a host that has no service for
 * it. The slice's limits hold, and logind knows whose it is. Only as root, where systemd runs.
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

/** systemd-run exits with 1 for a failure of its own and for one of the command. */
const mark = 'started\n';

function wordsOf({ stderr, failure }: CommandResult): string {
  return stderr.trim().replaceAll(/\s*\n\s*/g, '; ') || `systemd-run gave no scope (${failure ?? 'no words'})`;
}
