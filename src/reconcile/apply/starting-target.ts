import type { Policy } from '../../core/roster.ts';
import type { Account } from '../../system/account.ts';
import { hasNoNewPrivileges } from '../../system/no-new-privileges.ts';
import { isSystemdRunning } from '../../systemd/is-systemd-running.ts';
import { shutdownState } from '../../systemd/shutdown-state.ts';
import { startInScope } from '../../systemd/start-in-scope.ts';
import { startInService } from '../../systemd/start-in-service.ts';
import type { Placement, TmuxTarget } from '../../tmux/tmux-target.ts';
import type { Context } from '../context.ts';
import { targetFor } from '../observe/observe-users.ts';

/**
 * How a user's tmux is reached where a server may have to be started. What root starts for a user of the roster under systemd
 * lives in a service of that user; whoever starts a server of their own has it below themselves.
 */
export function startingTarget(context: Context, account: Account, policy: Policy): TmuxTarget {
  const target = targetFor(context, account);
  const isForRoster = context.invoker.account.uid === 0 && context.roster.path !== null;
  return isForRoster && isSystemdRunning() ? { ...target, placement: inService(account, policy) } : target;
}

function inService(account: Account, { serverMemory: memory }: Policy): Placement {
  return async (command, { env, timeoutMs, signal }) => {
    const options = { timeoutMs, ...(signal === undefined ? {} : { signal }) };
    const request = { account, command, env, memory };
    const service = await startInService(request, options);
    if (service.kind === 'ran') return { ...service, remark: null };
    // What is started elsewhere now would be killed a moment later.
    const { reason } = service;
    if ((await shutdownState(signal)) === 'yes')
      return { kind: 'hopeless', reason: `the host is shutting down: ${reason}` };
    // It would inherit the sandbox for life: sudo would fail in each of its panes.
    if (hasNoNewPrivileges()) {
      return { kind: 'hopeless', reason: `a tmux server cannot be started from within a sandbox: ${reason}` };
    }
    const remark = `its tmux server has no service of its own: ${reason}`;
    const scope = await startInScope(request, options);
    return scope.kind === 'ran' ? { ...scope, remark } : { kind: 'refused', reason: remark };
  };
}
