import type { UserPlan } from '../../core/plan/plan.ts';
import type { Policy } from '../../core/roster.ts';
import type { Account } from '../../system/host/accounts.ts';
import { checkConfigFiles } from '../../system/files/config-files.ts';
import { hasNoNewPrivileges } from '../../system/programs/launch.ts';
import { startInScope, startInService } from '../../systemd/start-in-service.ts';
import { isSystemdRunning, shutdownState } from '../../systemd/systemctl.ts';
import { userBus } from '../../systemd/user-bus.ts';
import type { Placement, TmuxTarget } from '../../tmux/tmux-target.ts';
import type { Context } from '../context.ts';
import { targetFor } from '../observe/observe-users.ts';

/** How to reach a user's tmux, and how to start its server. */
interface StartingTarget {
  readonly target: TmuxTarget;
  /** How a server that is started now differs from the recorded one; null for nothing. */
  readonly remark: string | null;
}

/**
 * How to reach a user's tmux on a socket; `starts` tells whether its server has to start. Only of the server on the default
 * socket the configuration is recorded. As root under systemd, the server of a
 * roster user starts in a service of that user. A server that the invoker starts for themselves runs below this
 * process.
 */
export async function startingTarget(
  context: Context,
  account: Account,
  { rosterUser, configFiles }: UserPlan,
  { socket, starts }: { readonly socket: string | null; readonly starts: boolean },
): Promise<StartingTarget> {
  const reached = targetFor(context, account, socket);
  const isForRoster = context.invoker.account.uid === 0 && context.roster.path !== null;
  const placement = isForRoster && isSystemdRunning() ? inService(account, rosterUser.policy) : null;
  if (!starts) return { target: { ...reached, placement }, remark: null };
  const bus = await userBus(account, context.invoker.account.uid, context.signal);
  const recorded = await recordedConfiguration(
    context,
    account,
    reached.configFiles.length > 0 || socket !== null ? null : configFiles,
  );
  const remarks = [bus.remark, recorded.remark].filter((remark) => remark !== null);
  return {
    target: { ...reached, ...recorded.given, serverEnv: bus.env, placement },
    remark: remarks.length === 0 ? null : remarks.join('; '),
  };
}

const checkTimeoutMs = 5_000;

interface Configuration {
  readonly given: Partial<Pick<TmuxTarget, 'configFiles'>>;
  readonly remark: string | null;
}

async function recordedConfiguration(
  { invoker }: Context,
  account: Account,
  configFiles: readonly string[] | null,
): Promise<Configuration> {
  if (configFiles === null) return { given: {}, remark: null };
  const check = await checkConfigFiles(account, invoker.account.uid !== account.uid, configFiles, checkTimeoutMs);
  if (check.kind === 'usable') return { given: { configFiles }, remark: null };
  return { given: {}, remark: `its tmux server has the default configuration, because ${check.why}` };
}

function inService(account: Account, { serverMemory: memory }: Policy): Placement {
  return async (command, { env, timeoutMs, signal }) => {
    const options = { timeoutMs, ...(signal === undefined ? {} : { signal }) };
    const request = { account, command, env, memory };
    const service = await startInService(request, options);
    if (service.kind === 'ran') return { ...service, remark: null };
    // The host would kill a server started elsewhere a moment later.
    const { reason } = service;
    if ((await shutdownState(signal)) === 'yes')
      return { kind: 'hopeless', reason: `the host is shutting down: ${reason}` };
    // The server would inherit no_new_privs for life, and sudo would fail in each of its panes.
    if (hasNoNewPrivileges()) {
      return { kind: 'hopeless', reason: `a tmux server cannot be started from within a sandbox: ${reason}` };
    }
    const remark = `its tmux server has no service of its own: ${reason}`;
    const scope = await startInScope(request, options);
    return scope.kind === 'ran' ? { ...scope, remark } : { kind: 'refused', reason: remark };
  };
}
