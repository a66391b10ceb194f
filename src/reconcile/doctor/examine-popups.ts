import { askUsers } from '../../agents/ask-users.ts';
import type { UserQuestion } from '../../agents/reading-protocol.ts';
import type { Finding } from '../../core/diagnostic.ts';
import { type ProcessTable, readProcessTable } from '../../process/process-table.ts';
import { onDemand } from '../../system/on-demand.ts';
import { attemptRead } from '../../system/read-file.ts';
import { readListeningSockets } from '../../system/unix-sockets.ts';
import { listServer } from '../../tmux/list-server.ts';
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
  const servers = (await Promise.all(assessments.map((one) => serverOf(context, one)))).flat();
  const table = attemptRead(readProcessTable);
  if (table.kind === 'unreadable') return new Map();
  const questions = servers.flatMap(({ question }) => question(table.value));
  const readings = await askUsers(questions, context.signal);
  return new Map(
    servers.map(({ assessment, serverPid }): readonly [Assessment, readonly Finding[]] => {
      const reading = readings.get(assessment.rosterUser.name);
      const agents = reading?.kind === 'read' ? reading.answer.agents : [];
      const hidden = agents.filter(({ pane, pid }) => pane === null && isBelow(pid, serverPid, table.value));
      return [assessment, hidden.map(({ agent, pid }) => findingOf(assessment, agent, pid))];
    }),
  );
}

interface LiveServer {
  readonly assessment: Assessment;
  readonly serverPid: number;
  readonly question: (table: ProcessTable) => readonly UserQuestion[];
}

async function serverOf(context: Context, assessment: Assessment): Promise<readonly LiveServer[]> {
  const { account, observation } = assessment;
  if (account === null || observation.kind !== 'observed' || observation.server === null) return [];
  const sockets = onDemand(() => attemptRead(() => readListeningSockets()));
  const listing = await listServer(targetFor(context, account), { signal: context.signal }, sockets);
  if (listing.kind !== 'listed' || listing.server === null) return [];
  const { server, sessions } = listing;
  const question = (table: ProcessTable): readonly UserQuestion[] =>
    agentQuestions(context, [{ account, sessions }], table);
  return [{ assessment, serverPid: server.pid, question }];
}

function isBelow(pid: number, ancestor: number, { entries }: ProcessTable): boolean {
  const seen = new Set<number>();
  for (let at = entries.get(pid)?.ppid ?? 0; at > 1 && !seen.has(at); at = entries.get(at)?.ppid ?? 0) {
    if (at === ancestor) return true;
    seen.add(at);
  }
  return false;
}

function findingOf({ rosterUser }: Assessment, agent: string, pid: number): Finding {
  const message = `${agent} in process ${pid} runs in a popup or a job of tmux, which is in no session, so it is not recorded`;
  return { severity: 'warning', subject: `user ${rosterUser.name}`, message, mend: null };
}
