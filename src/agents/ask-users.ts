import { join } from 'node:path';
import { asEffectiveUser, launcherArgv } from '../system/programs/launch.ts';
import { startLineProgram, type Hearing, type LineProgram } from '../system/programs/line-program.ts';
import { canTakeUserIds } from '../system/programs/own-ids.ts';
import type { UserAnswer, UserFailure, UserQuestion } from './reading-protocol.ts';

export type Reading =
  { readonly kind: 'read'; readonly answer: UserAnswer } | { readonly kind: 'failed'; readonly reason: string };

const userTimeoutMs = 5_000;
/** When a user's answer takes longer, another process continues with the next users. */
const silenceMs = 250;
/** The same where the process is at work all the while: on a busy machine another one would only make it slower. */
const busySilenceMs = 4 * silenceMs;
/** Each is a Node process, which a user can make as large as its heap may be. */
const readersAtOnce = 4;
/** The time for a user's first turn when all readers are busy and other users have had no turn yet. */
const firstTurnMs = 2 * silenceMs;
/** The total time for all second turns. They start when every user has had a first turn. */
const secondTurnsMs = 2 * userTimeoutMs;
/** Ten times the answer for 200 agents. */
const maxAnswerBytes = 8 * 1024 * 1024;
/**
 * The heap limit of a reader. It runs as root until it takes a user's ids, so a user with very many agents must not use
 * up the host's memory.
 */
const maxHeapMib = 256;
const program = join(import.meta.dirname, 'read-agents.cjs');

/**
 * Has the questions answered with the rights of their users, by one process for all of them. When one user's files
 * block it, other processes continue with the other users, a few at once. Each user has a time limit. Where this Node
 * cannot change its ids, each user has a process.
 */
export async function askUsers(
  questions: readonly UserQuestion[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Reading>> {
  const round: Round = {
    waiting: [...questions],
    again: [],
    secondTurnsEndMs: Number.POSITIVE_INFINITY,
    lanes: 0,
    readings: new Map(),
    signal,
    switches: questions.some((question) => question.switches),
  };
  await runLane(round);
  signal.throwIfAborted();
  return round.readings;
}

interface Round {
  /** The users who have had no turn yet. */
  readonly waiting: UserQuestion[];
  /** The users whose first turn was cut short. */
  readonly again: UserQuestion[];
  secondTurnsEndMs: number;
  lanes: number;
  readonly readings: Map<string, Reading>;
  readonly signal: AbortSignal;
  /** Whether any question needs a process that becomes another user. */
  readonly switches: boolean;
}

interface Turn {
  readonly question: UserQuestion;
  readonly isFirst: boolean;
  readonly limitMs: number;
}

/** Asks one question after the other, and uses one process until that blocks. */
async function runLane(round: Round): Promise<void> {
  round.lanes += 1;
  const besides: Promise<void>[] = [];
  let reader: LineProgram | null = null;
  for (let turn = nextTurn(round); turn !== null; turn = nextTurn(round)) {
    const { question, isFirst } = turn;
    const isNew: boolean = reader === null;
    const asked: LineProgram = (reader ??= startReader(round, question));
    const answer = await ask(asked, turn, isNew, (silentMs) => {
      if (round.waiting.length === 0) return;
      if (round.lanes < readersAtOnce) besides.push(runLane(round));
      else if (isFirst && silentMs >= firstTurnMs) asked.end();
    });
    if (answer.kind !== 'heard') reader = null;
    if (reader !== null && !canTakeUserIds()) {
      await dismiss(reader);
      reader = null;
    }
    if (answer.kind === 'was-ended') round.again.push(question);
    else round.readings.set(question.user, readingOf(answer, turn));
  }
  round.lanes -= 1;
  if (reader !== null) await dismiss(reader);
  await Promise.all(besides);
}

/** Every user has a first turn before any user has a second one. */
function nextTurn(round: Round): Turn | null {
  if (round.signal.aborted) return null;
  const first = round.waiting.shift();
  if (first !== undefined) return { question: first, isFirst: true, limitMs: userTimeoutMs };
  const nowMs = performance.now();
  round.secondTurnsEndMs = Math.min(round.secondTurnsEndMs, nowMs + secondTurnsMs);
  const limitMs = Math.min(userTimeoutMs, round.secondTurnsEndMs - nowMs);
  if (limitMs <= 0) {
    for (const { user } of round.again.splice(0)) round.readings.set(user, { kind: 'failed', reason: tooManySlow });
  }
  const question = round.again.shift();
  return question === undefined ? null : { question, isFirst: false, limitMs };
}

/**
 * Asks one question. `onSilence` is called after each interval without an answer; the start of the process does not
 * count.
 */
async function ask(
  reader: LineProgram,
  turn: Turn,
  isNew: boolean,
  onSilence: (silentMs: number) => void,
): Promise<Hearing> {
  const { question } = turn;
  reader.tell(JSON.stringify(isForOne(question) ? { ...question, switches: false } : question));
  const greeting = isNew ? await reader.hear(userTimeoutMs) : null;
  if (greeting !== null && greeting.kind !== 'heard') return greeting;
  let silentMs = 0;
  const timer = setInterval(() => {
    silentMs += silenceMs;
    if (silentMs >= busySilenceMs || !reader.isAtWork()) onSilence(silentMs);
  }, silenceMs);
  const answer = await reader.hear(turn.limitMs);
  clearInterval(timer);
  return answer;
}

/** Whether the question needs a reader that is started with the ids of its user. */
function isForOne({ switches }: UserQuestion): boolean {
  return switches && !canTakeUserIds();
}

/** Starts a reader. One that becomes other users starts through the launcher for other users' programs. */
function startReader({ signal, switches }: Round, question: UserQuestion): LineProgram {
  const argv = [process.execPath, `--max-old-space-size=${maxHeapMib}`, program] as const;
  return startLineProgram(switches ? launcherArgv(isForOne(question) ? asEffectiveUser(question, argv) : argv) : argv, {
    env: {},
    maxLineBytes: maxAnswerBytes,
    signal,
    detached: switches,
  });
}

async function dismiss(reader: LineProgram): Promise<void> {
  reader.finish();
  await reader.hear(userTimeoutMs);
}

function readingOf(heard: Exclude<Hearing, { kind: 'was-ended' }>, { limitMs }: Turn): Reading {
  switch (heard.kind) {
    case 'heard': {
      // A line of this program's own reader.
      const answer: UserAnswer | UserFailure = JSON.parse(heard.line);
      return 'failure' in answer ? { kind: 'failed', reason: answer.failure } : { kind: 'read', answer };
    }
    case 'timeout':
      return { kind: 'failed', reason: limitMs < userTimeoutMs ? tooManySlow : tooSlow };
    case 'too-much-output':
      return { kind: 'failed', reason: "the user's agents said more than is believable" };
    case 'failed':
      return { kind: 'failed', reason: `the user's files could not be read: the process for it ${heard.words}` };
  }
}

const tooSlow = `the user's files could not be read within ${userTimeoutMs / 1000} s`;
const tooManySlow = "the user's files could not be read in time: those of too many users take long";
