import process from 'node:process';
import type { Agent, AgentProcess, AgentReading, ProcessFacts } from './agent.ts';
import { agents } from './agents.ts';
import { transcriptsNearCleanup } from './claude/resumable.ts';
import { findPaneAgents, type FoundAgent } from './find-pane-agents.ts';
import { agentInContainer, mayRunContainers } from './in-container.ts';
import { readProcessFacts } from './read-process-facts.ts';
import type { AgentAnswer, UserAnswer, UserQuestion } from './reading-protocol.ts';
import { wrapperOf } from './wrapper-of.ts';
import { boundedFiles, type UserFiles } from './user-files.ts';

/** Answers the questions about one user. It runs with that user's credentials. */
export function answerQuestion(question: UserQuestion): UserAnswer {
  const files = boundedFiles(question.uid, question.home);
  const facts = readProcessFacts(question);
  const found = findPaneAgents(question, facts, agents);
  return {
    user: question.user,
    agents: [...agents.flatMap((agent) => readingsOf(agent, found, files)), ...containedIn(question, facts, found)],
    resumable: question.resumable.map(({ agent: name, ...wanted }) => {
      const agent = agents.find((one) => one.name === name);
      return agent?.checkResumable(wanted, files) ?? { kind: 'gone', reason: `agent ${name} is not known` };
    }),
    nearCleanup: transcriptsNearCleanup(question.nearCleanup.conversations, files, question.nearCleanup.nowMs),
  };
}

function readingsOf(agent: Agent, found: readonly FoundAgent[], files: UserFiles): readonly AgentAnswer[] {
  const own = found.filter((one) => one.agent === agent);
  const readings = agent.readConversations(
    own.map((one) => one.process),
    files,
  );
  return own.flatMap((one) => {
    const reading = readings.get(one.process);
    // The pid may now belong to another process, because reading the files took time.
    const isSame = files.startTimeOf(one.process.pid) === one.process.startTime;
    return reading === undefined || !isSame ? [] : [answer(one, one.process, reading)];
  });
}

function answer({ agent, pane }: FoundAgent, own: AgentProcess, reading: AgentReading): AgentAnswer {
  const { pid, startTime } = own;
  return { agent: agent.name, pid, startTime, pane, reading, wrapper: wrapperOf(agent.name, own) };
}

/** Agents in containers, in panes without another agent. Nobody can tell their conversations from here. */
function containedIn(
  { panes, processes }: UserQuestion,
  facts: ReadonlyMap<number, ProcessFacts>,
  found: readonly FoundAgent[],
): readonly AgentAnswer[] {
  const clients = processes.filter(({ comm }) => mayRunContainers(comm));
  const free = panes.filter(({ pane }) => !found.some((one) => one.pane === pane));
  return free.flatMap(({ pane, foregroundGroup }): readonly AgentAnswer[] => {
    const client = facts.get(clients.find(({ pgrp }) => pgrp === foregroundGroup)?.pid ?? 0);
    const contained = client === undefined ? null : agentInContainer(client, agents);
    if (client === undefined || contained === null) return [];
    const { reason } = contained;
    const { name } = contained.agent;
    const launch = { executable: name, args: [], droppedArgs: [], env: {}, directory: client.cwd ?? '/' };
    const reading = { version: null, launch, claims: [], fresh: false, reason };
    return [{ agent: name, pid: client.pid, startTime: client.startTime, pane, reading, wrapper: null }];
  });
}

interface Credentials {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly switches: boolean;
}

/**
 * Runs synchronous work with a user's effective ids and all of the user's groups, then makes root the effective user
 * again.
 *
 * The ids apply to the whole process and all its threads, so no asynchronous work may run at the same time. The groups
 * stay set until the next user's groups replace them, because each change of ids interrupts every thread (glibc).
 */
export function asUserInProcess<Result>({ user, uid, gid, switches }: Credentials, work: () => Result): Result {
  if (!switches) return work();
  initialiseGroups(user, gid);
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

/** Missing in @types/node 20; Node has it since 0.9. */
function initialiseGroups(user: string, gid: number): void {
  if (!('initgroups' in process) || typeof process.initgroups !== 'function') throw new TypeError('no initgroups');
  process.initgroups(user, gid);
}
