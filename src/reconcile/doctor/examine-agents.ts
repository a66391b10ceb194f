import { askUsers, type Reading } from '../../agents/ask-users.ts';
import type { UserQuestion } from '../../agents/reading-protocol.ts';
import { briefId } from '../../core/conversation.ts';
import type { Finding } from '../../core/diagnostic.ts';
import { type Pane, panesOf, recordedPanesOf } from '../../core/manifest.ts';
import { sessionCommand } from '../../core/own-command.ts';
import { observedSockets, sessionsOnAll } from '../../core/servers.ts';
import type { Context } from '../context.ts';
import type { Assessment } from '../observe/assess-users.ts';
import { userQuestion } from '../observe/observe-agents.ts';
import { examineAgentsOutsidePanes } from './examine-popups.ts';
import { examineServerEnvironment, examineServerProtocol } from './examine-server.ts';

/** Checks whether conversations can be identified now and resumed later. Reads only. */
export async function examineAgents(
  context: Context,
  assessments: readonly Assessment[],
): Promise<ReadonlyMap<Assessment, readonly Finding[]>> {
  const questions = assessments.flatMap((one) => cleanupQuestion(context, one) ?? []);
  const [readings, servers, popups] = await Promise.all([
    askUsers(questions, context.signal),
    Promise.all(assessments.map((one) => examineServer(context, one))),
    examineAgentsOutsidePanes(context, assessments),
  ]);
  return new Map(
    assessments.map((one, at): readonly [Assessment, readonly Finding[]] => [
      one,
      [
        ...(servers[at] ?? []),
        ...unidentifiedIn(one),
        ...(popups.get(one) ?? []),
        ...agingIn(context, one, readings.get(one.rosterUser.name)),
      ],
    ]),
  );
}

async function examineServer(context: Context, { account, observation }: Assessment): Promise<readonly Finding[]> {
  if (account === null) return [];
  const findings = await Promise.all(
    observedSockets(observation).flatMap((socket) => [
      examineServerProtocol(context, account, socket),
      examineServerEnvironment(context, account, socket),
    ]),
  );
  return findings.flat();
}

function unidentifiedIn({ rosterUser, observation }: Assessment): readonly Finding[] {
  return sessionsOnAll(observation).flatMap(({ session }) =>
    panesOf(session).flatMap(({ agent }): readonly Finding[] => {
      if (agent === null) return [];
      const { name, version, found, process } = agent;
      const who = `${name} in session ${session.name}${process === null ? '' : `, process ${process.pid},`}`;
      const subject = `user ${rosterUser.name}`;
      return [
        // Only Claude Code's files differ in meaning from version to version.
        ...(name === 'claude' && version === null
          ? warning(subject, `${who} does not tell its version, so what it writes down is believed only in part`)
          : []),
        ...(found.kind === 'unidentified'
          ? warning(subject, `${who} comes back as a shell, for its conversation cannot be told: ${found.reason}`)
          : []),
      ];
    }),
  );
}

function warning(subject: string, message: string): readonly Finding[] {
  return [{ severity: 'warning', subject, message, mend: null }];
}

interface Remembered {
  readonly session: string;
  readonly pane: Pane;
  readonly id: string;
  readonly isGone: boolean;
}

/** The conversations that a user may resume one day: all in the record, without forgotten sessions. */
function rememberedBy({ manifest }: Assessment): readonly Remembered[] {
  const entries = (manifest?.sessions ?? []).filter(({ cause }) => cause !== 'forgotten');
  return entries.flatMap((entry) =>
    recordedPanesOf(entry).flatMap((pane) =>
      pane.conversation?.agent === 'claude'
        ? [{ session: entry.name, pane, id: pane.conversation.id, isGone: entry.state === 'gone' }]
        : [],
    ),
  );
}

function cleanupQuestion(context: Context, assessment: Assessment): UserQuestion | null {
  const { account } = assessment;
  const remembered = [...new Map(rememberedBy(assessment).map((one) => [one.id, one])).values()];
  if (account === null || remembered.length === 0) return null;
  const conversations = remembered.map(({ id, pane }) => ({ id, launch: pane.agent?.launch ?? plainLaunch(pane) }));
  return { ...userQuestion(context, account), nearCleanup: { nowMs: context.now().getTime(), conversations } };
}

function plainLaunch({ cwd }: Pane) {
  return { executable: 'claude', args: [], droppedArgs: [], env: {}, directory: cwd };
}

function agingIn(context: Context, assessment: Assessment, reading: Reading | undefined): readonly Finding[] {
  if (reading === undefined) return [];
  const user = assessment.rosterUser.name;
  const subject = `user ${user}`;
  if (reading.kind === 'failed') {
    return warning(subject, `transcripts were not looked at: ${reading.reason}`);
  }
  const remembered = rememberedBy(assessment);
  return reading.answer.nearCleanup.flatMap(({ id, dueAtMs }): readonly Finding[] => {
    const held = remembered.find((one) => one.id === id);
    if (held === undefined) return [];
    const day = new Date(dueAtMs).toISOString().slice(0, 10);
    const message = `the transcript of claude ${briefId(id)}, session ${held.session}, is due for removal on ${day}; talking to it keeps it`;
    const mend = held.isGone ? sessionCommand(context, user, id) : null;
    return [{ severity: 'warning', subject, message, mend }];
  });
}
