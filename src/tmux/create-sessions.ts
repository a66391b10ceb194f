import { setTimeout as delay } from 'node:timers/promises';
import { complaintOf, startTmux, wentAway, type CallOptions, type ServerStart } from './call-tmux.ts';
import { checkCreated, isTaken, type Attempt, type CreationResult } from './check-created.ts';
import { outcomesOf, rowOf, runCommandFile, type Chain, type ChainOutcome } from './command-file.ts';
import { listServer } from './list-server.ts';
import type { Listing } from './listing.ts';
import { creatingCommands, joiningSessionWords, missingChains, parseCreated } from './session-commands.ts';
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
 * However many they are: one call starts a server if none runs, one creates them, one lists them; two more where they share
 * windows, or something is missing. `timeoutMs` is for each of these calls.
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
  const others = leaders.slice(started.length);
  const created = [...started, ...(await perform(target, others.map(creating), options))];

  const attempts = attemptsOf(created);
  const ids = new Map([...live, ...idsOf(attempts)]);
  const joining = wanted.filter((request) => !leaders.includes(request)).map((request) => joiningWork(request, ids));
  const joined = await perform(target, joining, options);

  const seen = await listServer(target, options);
  const missing = leaders.flatMap((request) => missingWork(request, attempts.get(request), seen));
  const completed = await perform(target, missing, options);
  const listing = missing.length === 0 ? seen : await listServer(target, options);
  const all = attemptsOf([...created, ...joined, ...completed]);
  return requests.map((request) => {
    const attempt = all.get(request);
    return attempt === undefined ? untried(request, live) : checkCreated(request, attempt, listing);
  });
}

/** One chain of commands on behalf of a request. */
interface Work {
  readonly request: SessionRequest;
  readonly chain: Chain;
}

interface Performed {
  readonly request: SessionRequest;
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
  for (const request of requests) {
    const words = commandLine(creatingCommands(request, rowOf(0)));
    const { result, misplaced } = await startOnceGone(target, words, options);
    const complaint = complaintOf(result, options.timeoutMs) ?? 'tmux did not say whether it was created';
    const [outcome] = outcomesOf(1, result.stdout, complaint);
    if (outcome !== undefined) performed.push({ request, outcome, remark: misplaced });
    if (outcome?.kind === 'done' || result.failure !== null || isTaken(complaint)) break;
  }
  return performed;
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

async function perform(target: TmuxTarget, work: readonly Work[], options: CallOptions): Promise<readonly Performed[]> {
  const chains = work.map(({ chain }) => chain);
  const outcomes = await runCommandFile(target, chains, options);
  return outcomes.flatMap((outcome, at) => {
    const request = work[at]?.request;
    return request === undefined ? [] : [{ request, outcome, remark: null }];
  });
}

function creating(request: SessionRequest): Work {
  return { request, chain: (row) => creatingCommands(request, row) };
}

function missingWork(request: SessionRequest, attempt: Attempt | undefined, seen: Listing): readonly Work[] {
  const created = attempt?.created ?? null;
  const session = seen.kind === 'listed' ? seen.sessions.find(({ tmuxId }) => tmuxId === created?.tmuxId) : undefined;
  if (created === null || session === undefined) return [];
  return missingChains(request, created, session.windows).map((chain) => ({ request, chain }));
}

function joiningWork(request: SessionRequest, ids: ReadonlyMap<string, string>): Work {
  const ownerId = request.sharesWindowsOf === null ? undefined : ids.get(request.sharesWindowsOf);
  if (ownerId === undefined) return creating(request);
  return { request, chain: (row) => [joiningSessionWords(request, ownerId, row)] };
}

function attemptsOf(performed: readonly Performed[]): ReadonlyMap<SessionRequest, Attempt> {
  const attempts = new Map<SessionRequest, Attempt>();
  for (const { request, outcome, remark } of performed) {
    const before = attempts.get(request) ?? { created: null, complaints: [] };
    const words = outcome.kind === 'failed' ? [outcome.words] : [];
    attempts.set(request, {
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
