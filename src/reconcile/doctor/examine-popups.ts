import { askUsers } from '../../agents/ask-users.ts';
import type { Finding } from '../../core/diagnostic.ts';
import { observedSockets } from '../../core/servers.ts';
import { type ProcessTable, readProcessTable } from '../../process/process-table.ts';
import type { Account } from '../../system/host/accounts.ts';
import { onDemand } from '../../system/on-demand.ts';
import { attemptRead } from '../../system/files/read-file.ts';
import { readListeningSockets } from '../../system/sockets/unix-sockets.ts';
import { listServer } from '../../tmux/list-server.ts';
import type { ListedSession } from '../../tmux/listing.ts';
import type { Context } from '../context.ts';
import type { Assessment } from '../observe/assess-users.ts';
import { agentQuestions } from '../observe/observe-agents.ts';
import { targetFor } from '../observe/observe-users.ts';

/**
 * Reports agents that a tmux server runs in no pane of a session: in a popup (`display-popup`), or as a job
 * (`run-shell`). No record can hold them.
 */
export async function examineAgentsOutsidePanes(
  context: Context,
  assessments: readonly Assessment[],
): Promise<ReadonlyMap<Assessment, readonly Finding[]>> {
  const looks = (await Promise.all(assessments.map((one) => lookAtServers(context, one)))).flat();
  const table = attemptRead(readProcessTable);
  if (table.kind === 'unreadable') return new Map();
  const readings = await askUsers(agentQuestions(context, looks, table.value), context.signal);
  return new Map(
    looks.map(({ assessment, serverPids }): readonly [Assessment, readonly Finding[]] => {
      const reading = readings.get(assessment.rosterUser.name);
      const agents = reading?.kind === 'read' ? reading.answer.agents : [];
      const hidden = agents.filter(({ pane, pid }) => pane === null && isBelow(pid, serverPids, table.value));
      return [assessment, hidden.map(({ agent, pid }) => findingOf(assessment, agent, pid))];
    }),
  );
}

interface ServersLook {
  readonly assessment: Assessment;
  readonly account: Account;
  readonly serverPids: ReadonlySet<number>;
  readonly sessions: readonly ListedSession[];
}

/** Lists the user's servers once more, because an observation does not keep the processes of panes. */
async function lookAtServers(context: Context, assessment: Assessment): Promise<readonly ServersLook[]> {
  const { account, observation } = assessment;
  if (account === null || observation.kind === 'unknown') return [];
  const sockets = onDemand(() => attemptRead(() => readListeningSockets()));
  const listings = await Promise.all(
    observedSockets(observation).map((path) =>
      listServer(targetFor(context, account, path), { signal: context.signal }, sockets),
    ),
  );
  const listed = listings.flatMap((listing) => (listing.kind === 'listed' ? [listing] : []));
  const serverPids = new Set(listed.flatMap(({ server }) => server?.pid ?? []));
  return [{ assessment, account, serverPids, sessions: listed.flatMap(({ sessions }) => sessions) }];
}

function isBelow(pid: number, ancestors: ReadonlySet<number>, { entries }: ProcessTable): boolean {
  const seen = new Set<number>();
  for (let at = entries.get(pid)?.ppid ?? 0; at > 1 && !seen.has(at); at = entries.get(at)?.ppid ?? 0) {
    if (ancestors.has(at)) return true;
    seen.add(at);
  }
  return false;
}

function findingOf({ rosterUser }: Assessment, agent: string, pid: number): Finding {
  const message = `${agent} in process ${pid} runs in a popup or a job of tmux, which is in no session, so it is not recorded`;
  return { severity: 'warning', subject: `user ${rosterUser.name}`, message, mend: null };
}
