import { join } from 'node:path';
import { launcherArgv } from '../system/launch.ts';
import { startLineProgram, type Hearing, type LineProgram } from '../system/line-program.ts';
import type { UserAnswer, UserFailure, UserQuestion } from './reading-protocol.ts';

export type Reading =
  { readonly kind: 'read'; readonly answer: UserAnswer } | { readonly kind: 'failed'; readonly reason: string };

const userTimeoutMs = 5_000;
/** When a user's answer takes longer, those behind are not kept waiting any longer. */
const silenceMs = 250;
/** The same where the process is at work all the while: on a busy machine another one would only make it slower. */
const busySilenceMs = 4 * silenceMs;
/** Each is a Node process, which a user can make as large as its heap may be. */
const readersAtOnce = 4;
/** What a user gets at first where all readers are held up, and others have not had a turn yet. */
const firstTurnMs = 2 * silenceMs;
/** For all who get a second turn, when everybody has had a first one. */
const secondTurnsMs = 2 * userTimeoutMs;
/** Ten times what 200 agents give. */
const maxAnswerBytes = 8 * 1024 * 1024;
/** It runs as root until it takes a user's ids: a user with very many agents is not to take the host's memory by it. */
const maxHeapMib = 256;
const program = join(import.meta.dirname, 'read-agents.cjs');

/**
 * Has the questions answered with the rights of the users they are about, by one process for all of them. A user whose
 * files keep it waiting is waited for aside: other processes go on with the others, a few at once. Each is given up after a
 * time limit.
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
  /** Those that had no turn yet. */
  readonly waiting: UserQuestion[];
  /** Those whose first turn was cut short. */
  readonly again: UserQuestion[];
  secondTurnsEndMs: number;
  lanes: number;
  readonly readings: Map<string, Reading>;
  readonly signal: AbortSignal;
  /** Whether anybody's files are read by becoming that user. */
  readonly switches: boolean;
}

interface Turn {
  readonly question: UserQuestion;
  readonly isFirst: boolean;
  readonly limitMs: number;
}

/** Asks one question after the other, by one process as long as that is not held up. */
async function runLane(round: Round): Promise<void> {
  round.lanes += 1;
  const besides: Promise<void>[] = [];
  let reader: LineProgram | null = null;
  for (let turn = nextTurn(round); turn !== null; turn = nextTurn(round)) {
    const { question, isFirst } = turn;
    const isNew: boolean = reader === null;
    const asked: LineProgram = (reader ??= startReader(round.signal, round.switches));
    const answer = await ask(asked, turn, isNew, (silentMs) => {
      if (round.waiting.length === 0) return;
      if (round.lanes < readersAtOnce) besides.push(runLane(round));
      else if (isFirst && silentMs >= firstTurnMs) asked.end();
    });
    if (answer.kind !== 'heard') reader = null;
    if (answer.kind === 'was-ended') round.again.push(question);
    else round.readings.set(question.user, readingOf(answer, turn));
  }
  round.lanes -= 1;
  if (reader !== null) await dismiss(reader);
  await Promise.all(besides);
}

/** Everybody has a first turn before anybody has a second one. */
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

/** `onSilence` is called each time that nothing was heard for a while; to start the process takes no part in that. */
async function ask(
  reader: LineProgram,
  turn: Turn,
  isNew: boolean,
  onSilence: (silentMs: number) => void,
): Promise<Hearing> {
  reader.tell(JSON.stringify(turn.question));
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

/** One that is to become other users is started as all that runs as another user is. */
function startReader(signal: AbortSignal, switches: boolean): LineProgram {
  const argv = [process.execPath, `--max-old-space-size=${maxHeapMib}`, program] as const;
  return startLineProgram(switches ? launcherArgv(argv) : argv, {
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
      // A line of our own program.
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
