import { run, type CommandResult } from '../../system/programs/exec.ts';

/** `su` may leave root a PATH without the tools that an installation runs. */
const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };

/** Runs a tool for accounts, groups or sudo. */
export function runTool(...argv: readonly [string, ...string[]]): Promise<CommandResult> {
  return run(argv, { env, timeoutMs: 60_000 });
}

/** Whether the name service knows the account or the group. */
export async function isKnown(database: 'passwd' | 'group', name: string): Promise<boolean> {
  return (await runTool('getent', database, name)).exitCode === 0;
}
