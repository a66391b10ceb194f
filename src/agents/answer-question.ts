import type { Agent, AgentProcess, AgentReading } from './agent.ts';
import { agents } from './agents.ts';
import { boundedFiles } from './bounded-files.ts';
import { transcriptsNearCleanup } from './claude/transcripts-near-cleanup.ts';
import { findPaneAgents, type FoundAgent } from './find-pane-agents.ts';
import { readProcessFacts } from './read-process-facts.ts';
import type { AgentAnswer, UserAnswer, UserQuestion } from './reading-protocol.ts';
import type { UserFiles } from './user-files.ts';

/** Answers what is asked about one user. Runs with that user's credentials. */
export function answerQuestion(question: UserQuestion): UserAnswer {
  const files = boundedFiles(question.uid, question.home);
  const facts = readProcessFacts(question);
  const found = findPaneAgents(question, facts, agents);
  return {
    user: question.user,
    agents: agents.flatMap((agent) => readingsOf(agent, found, files)),
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
    // The pid may have passed to another process while its predecessor's files were read.
    const isSame = files.startTimeOf(one.process.pid) === one.process.startTime;
    return reading === undefined || !isSame ? [] : [answer(one, one.process, reading)];
  });
}

function answer({ agent, pane }: FoundAgent, { pid, startTime }: AgentProcess, reading: AgentReading): AgentAnswer {
  return { agent: agent.name, pid, startTime, pane, reading };
}
