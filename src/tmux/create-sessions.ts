import { setTimeout as delay } from 'node:timers/promises';
import { startTmux, wentAway, type CallOptions, type ServerStart } from './call-tmux.ts';
import { checkCreated, isTaken, type Attempt, type CreationResult } from './check-created.ts';
import { commandsOf, outcomesOf, runCommandFile, type ChainOutcome, type PartedChain } from './command-file.ts';
import { listServer } from './list-server.ts';
import { creatingChain, joiningSessionWords, parseCreated, remainingChains } from './session-commands.ts';
import type { SessionRequest } from './session-request.ts';
import { commandLine, unescapeName } from './tmux-text.ts';
import type { TmuxTarget } from './tmux-target.ts';

export interface CreationOptions extends CallOptions {
  /** The ids of the sessions that run, by name; null when no server runs, so that one must be started. */
  readonly live: ReadonlyMap<string, string> | null;
}

const startAttempts = 5;
const startPauseMs = 50;

/**
 * Creates sessions on one user's server, and looks whether they are there; results are in the order of the requests.
 * However many they are: one call starts a server if none runs, one creates them, one lists them; one more adds those that
 * share windows, and completes those whose name is no target. `timeoutMs` is for each of these calls.
 */
export async function createSessions(
  target: TmuxTarget,
  requests: readonly SessionRequest[],
  options: CreationOptions,
): Promise<readonly CreationResult[]> {
  const live = options.live ?? new Map<string, string>();
  const wanted = requests.filter(({ name }) => !live.has(name) && unescapeName(name) !== null);
  if (wanted.length === 0) return requests.map((request) => untried(request, live));

  const leaders = wanted.filter((request) => !joinsAnother(request, wanted, live));
  const started = options.live === null ? await startServer(target, leaders, options) : [];
  const others = leaders.filter((request) => started.every((one) => one.work.request !== request));
  const created = [...started, ...(await perform(target, others.map(creating), options))];

  const ids = new Map([...live, ...idsOf(attemptsOf(created))]);
  const joining = wanted.filter((request) => !leaders.includes(request)).map((request) => joiningWork(request, ids));
  const completed = await perform(target, [...created.flatMap(completingWork), ...joining], options);

  const all = attemptsOf([...created, ...completed]);
  const listing = await listServer(target, options);
  return requests.map((request) => {
    const attempt = all.get(request);
    return attempt === undefined ? untried(request, live) : checkCreated(request, attempt, listing);
  });
}

/** One chain of commands on behalf of a request. */
interface Work {
  readonly request: SessionRequest;
  readonly chain: PartedChain;
}

interface Performed {
  readonly work: Work;
  readonly outcome: ChainOutcome;
  /** What is to be said, however it ended; null for nothing. */
  readonly remark: string | null;
}

/** Whether it shares windows with a session that runs, or with one that is created along with it. */
function joinsAnother(
  { sharesWindowsOf: owner }: SessionRequest,
  wanted: readonly SessionRequest[],
  live: ReadonlyMap<string, string>,
): boolean {
  if (owner === null) return false;
  return live.has(owner) || wanted.some(({ name, sharesWindowsOf }) => name === owner && sharesWindowsOf === null);
}

/** Creates one session after the other, each in the call that may start a server, until one of them did. */
async function startServer(
  target: TmuxTarget,
  requests: readonly SessionRequest[],
  options: CallOptions,
): Promise<readonly Performed[]> {
  const performed: Performed[] = [];
  for (const work of bestStarters(requests)) {
    const { result, misplaced } = await startOnceGone(target, commandLineOf(work), options);
    const [outcome] = outcomesOf([work.chain], result, options.timeoutMs);
    if (outcome === undefined) break;
    performed.push({ work, outcome, remark: misplaced });
    if (outcome.kind === 'done' || result.failure !== null || isTaken(outcome.words)) break;
  }
  return performed;
}

/** A client gives its server no more than 16 KiB of command line (`MAX_IMSGSIZE`, tmux 3.1c to 3.8). */
const maxCommandLineBytes = 15 * 1024;

/** First those that come whole on a command line; of any other only the first pane, to be completed once a server runs. */
function bestStarters(requests: readonly SessionRequest[]): readonly Work[] {
  const works = requests.map(creating);
  const fitting = works.filter((work) => Buffer.byteLength(commandLineOf(work).join(' ')) <= maxCommandLineBytes);
  const others = works.filter((work) => !fitting.includes(work));
  return [...fitting, ...others.map(({ request, chain }) => ({ request, chain: { ...chain, parts: [] } }))];
}

function commandLineOf({ chain }: Work): readonly string[] {
  return commandLine(commandsOf(chain, 0));
}

/** A server that is just dying still takes the call, and drops it: then it is made again. */
async function startOnceGone(target: TmuxTarget, words: readonly string[], options: CallOptions): Promise<ServerStart> {
  for (let attempt = 1; ; attempt += 1) {
    const start = await startTmux(target, words, options);
    const { failure, stderr } = start.result;
    if (failure !== null || !wentAway(stderr) || attempt === startAttempts) return start;
    await delay(startPauseMs);
  }
}

async function perform(
  target: TmuxTarget,
  works: readonly Work[],
  options: CallOptions,
): Promise<readonly Performed[]> {
  const chains = works.map(({ chain }) => chain);
  const outcomes = await runCommandFile(target, chains, options);
  return outcomes.flatMap((outcome, at) => {
    const work = works[at];
    return work === undefined ? [] : [{ work, outcome, remark: null }];
  });
}

function creating(request: SessionRequest): Work {
  return { request, chain: creatingChain(request) };
}

/** The rest of a session of which only the first pane could be asked for. */
function completingWork({ work: { request, chain }, outcome }: Performed): readonly Work[] {
  const created = outcome.kind === 'done' && chain.parts.length === 0 ? parseCreated(outcome.told) : null;
  if (created === null) return [];
  return remainingChains(request, created.tmuxId).map((head) => ({ request, chain: { head, parts: [] } }));
}

function joiningWork(request: SessionRequest, ids: ReadonlyMap<string, string>): Work {
  const ownerId = request.sharesWindowsOf === null ? undefined : ids.get(request.sharesWindowsOf);
  if (ownerId === undefined) return creating(request);
  return { request, chain: { head: (row) => [joiningSessionWords(request, ownerId, row)], parts: [] } };
}

function attemptsOf(performed: readonly Performed[]): ReadonlyMap<SessionRequest, Attempt> {
  const attempts = new Map<SessionRequest, Attempt>();
  for (const { work, outcome, remark } of performed) {
    const before = attempts.get(work.request) ?? { created: null, complaints: [] };
    const words = outcome.kind === 'failed' ? [outcome.words] : outcome.complaints;
    attempts.set(work.request, {
      created: before.created ?? (outcome.kind === 'done' ? parseCreated(outcome.told) : null),
      complaints: [...before.complaints, ...(remark === null ? [] : [remark]), ...words],
    });
  }
  return attempts;
}

function idsOf(attempts: ReadonlyMap<SessionRequest, Attempt>): readonly (readonly [string, string])[] {
  return [...attempts].flatMap(([{ name }, { created }]) =>
    created === null ? [] : [[name, created.tmuxId] as const],
  );
}

function untried({ name }: SessionRequest, live: ReadonlyMap<string, string>): CreationResult {
  if (live.has(name)) return { outcome: 'already-live' };
  return { outcome: 'failed', message: 'its name is not valid UTF-8, so it cannot be given to tmux again' };
}
