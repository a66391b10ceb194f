import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../system/host/accounts.ts';
import { run } from '../system/programs/exec.ts';
import { launchAs } from '../system/programs/launch.ts';
import { systemctl, SystemctlError, type SystemctlOptions } from './systemctl.ts';

/** The variables that lead to a user's own systemd and bus. */
export interface UserBus {
  readonly env: Readonly<Record<string, string>>;
  /** Why a user who lingers has none; null when there is one, or should be none. */
  readonly remark: string | null;
}

/** systemd-logind(8) keeps an empty file for each user who lingers. */
const lingerDirectory = '/var/lib/systemd/linger';

const startTimeoutMs = 10_000;
const lookTimeoutMs = 5_000;

/**
 * The bus of a user who lingers, for a server that outlives the user's logins; nothing for any other user. There tmux
 * 3.4 and later would move panes below the user's systemd, which ends with the last login.
 *
 * Early in a boot that systemd may not run yet. So root starts it, and waits for it.
 */
export async function userBus(account: Account, invokerUid: number, signal: AbortSignal): Promise<UserBus> {
  if (!existsSync(join(lingerDirectory, account.name))) return { env: {}, remark: null };
  // A socket in the directory proves nothing, because it can outlive the one who listened on it (systemd 257).
  const complaint = invokerUid === 0 ? await startManager(account, { timeoutMs: startTimeoutMs, signal }) : null;
  const remark = complaint === null ? null : `its panes may not reach the user's own systemd: ${complaint}`;
  return { env: await variablesOf(account, invokerUid, signal), remark };
}

/** Why systemd did not start the user's own systemd; null when it did, or when it ran already. */
async function startManager({ uid }: Account, options: SystemctlOptions): Promise<string | null> {
  try {
    await systemctl(['start', `user@${uid}.service`], options);
    return null;
  } catch (error) {
    if (error instanceof SystemctlError) return error.message;
    throw error;
  }
}

/** The user may have mounted anything there. So a process with the user's credentials looks, and not for long. */
async function variablesOf(account: Account, invokerUid: number, signal: AbortSignal): Promise<UserBus['env']> {
  const directory = `/run/user/${account.uid}`;
  const argv = ['/bin/sh', '-c', script, 'sh', directory] as const;
  const options = { timeoutMs: lookTimeoutMs, env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' }, signal };
  const { stdout } = await (invokerUid === account.uid ? run(argv, options) : launchAs(account, argv, options));
  const found = stdout.split('\n');
  return {
    ...(found.includes('directory') ? { XDG_RUNTIME_DIR: directory } : {}),
    ...(found.includes('bus') ? { DBUS_SESSION_BUS_ADDRESS: `unix:path=${directory}/bus` } : {}),
  };
}

const script = '[ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ] || exit; echo directory; [ ! -S "$1/bus" ] || echo bus';
