import type { Reading } from '../../agents/ask-users.ts';
import type { AgentAnswer, ListedProcess, PaneQuestion, UserQuestion } from '../../agents/reading-protocol.ts';
import { isSameBoot } from '../../core/boot.ts';
import type { PaneAgent } from '../../core/conversation.ts';
import { type Manifest, type Pane, panesOf } from '../../core/manifest.ts';
import type { AskUsers, Context } from '../context.ts';
import { mayBeAgent } from './observe-agents.ts';

/**
 * The same run, which answers from the newest record where every agent of a user is one that the record knows, by its
 * process. A program must run for each question, and who opens a page waits for it. So a conversation that changed within
 * a running agent since is shown as the last save saw it. Nothing is brought back by these answers.
 */
export function withRecordedAnswers(context: Context, manifestOf: (user: string) => Manifest | null): Context {
  const { askUsers } = context;
  const ask: AskUsers = async (questions, signal) => {
    const known = new Map<string, Reading>();
    for (const question of questions) {
      const manifest = manifestOf(question.user);
      const agents = manifest === null || !isSameBoot(manifest, context.host) ? null : answersFrom(manifest, question);
      if (agents === null) continue;
      const answer = { user: question.user, agents, resumable: [], nearCleanup: [] };
      known.set(question.user, { kind: 'read', answer });
    }
    const open = questions.filter(({ user }) => !known.has(user));
    return open.length === 0 ? known : new Map([...known, ...(await askUsers(open, signal))]);
  };
  return { ...context, askUsers: ask };
}

/** null when a process that could be an agent is none of those that the record knows, nor below one. */
function answersFrom(manifest: Manifest, question: UserQuestion): readonly AgentAnswer[] | null {
  const recorded = new Map(
    manifest.sessions
      .filter(({ state }) => state === 'live')
      .flatMap(panesOf)
      .flatMap((pane) => {
        const { agent } = pane;
        if (agent === null || agent.process === null) return [];
        return [[keyOf(agent.process.pid, agent.process.startTime), { pane, agent }] as const];
      }),
  );
  const byPid = new Map(question.processes.map((one) => [one.pid, one]));
  const answers: AgentAnswer[] = [];
  for (const suspect of question.processes.filter(({ comm }) => mayBeAgent(comm))) {
    const line = upwards(suspect, byPid);
    const known = line.flatMap((one) => recorded.get(keyOf(one.pid, one.startTime)) ?? [])[0];
    const place = question.panes.find(({ pid }) => line.some((one) => one.pid === pid));
    const answer = known === undefined || place === undefined ? null : answerOf(known.pane, known.agent, place);
    if (answer === null) return null;
    if (!answers.some(({ pid }) => pid === answer.pid)) answers.push(answer);
  }
  return answers;
}

/** A process, its parent, and so on. */
function upwards(process: ListedProcess, byPid: ReadonlyMap<number, ListedProcess>): readonly ListedProcess[] {
  const line: ListedProcess[] = [];
  for (
    let one: ListedProcess | undefined = process;
    one !== undefined && !line.includes(one);
    one = byPid.get(one.ppid)
  ) {
    line.push(one);
  }
  return line;
}

/** null where the record does not tell which conversation it is, or a hook has noted another one since. */
function answerOf({ conversation }: Pane, agent: PaneAgent, { pane, stamp }: PaneQuestion): AgentAnswer | null {
  const { name, version, process, found, launch, wrapper } = agent;
  if (process === null || conversation === null || found.kind !== 'conversation') return null;
  const { id } = conversation;
  if (stamp !== null && !stamp.includes(id)) return null;
  const claims = [{ id, source: found.source, confidence: found.confidence }];
  const { pid, startTime } = process;
  return {
    agent: name,
    pid,
    startTime,
    pane,
    reading: { version, launch, claims, fresh: false, reason: null },
    wrapper,
  };
}

function keyOf(pid: number, startTime: string): string {
  return `${pid}:${startTime}`;
}
