import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from './call-tmux.ts';
import { type Attempt, checkCreated, type CreationResult } from './check-created.ts';
import {
  type Chain,
  type ChainOutcome,
  type CommandsBeside,
  nothingBeside,
  type PartedChain,
  runCommandFile,
} from './command-file.ts';
import { listServer } from './list-server.ts';
import type { ListedSession } from './listing.ts';
import {
  type CreatedSession,
  creatingChain,
  joiningChain,
  parseCreated,
  remainingChains,
  type SessionRequest,
  windowChain,
  type WindowRequest,
} from './session-commands.ts';
import { settleStarted, startServer } from './start-server.ts';
import type { TmuxTarget } from './tmux-target.ts';
import { commandFileLine, unescapeName } from './tmux-text.ts';

interface CreationOptions extends CallOptions {
  /** The ids of the sessions that run, by name; null when no server runs, so that one must be started. */
  readonly live: ReadonlyMap<string, string> | null;
  /** Names of sessions that later calls are to create: what the configuration of a started server calls so gives way, too. */
  readonly planned?: readonly string[];
}

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
  const before = options.live ?? new Map<string, string>();
  const wanted = requests.filter(({ name }) => !before.has(name) && unescapeName(name) !== null);
  if (wanted.length === 0) return requests.map((request) => untried(request, before));

  const start = options.live === null ? await startServer(target, options) : null;
  if (start?.kind === 'failed') {
    return requests.map((request) => (wanted.includes(request) ? failed(start.words) : untried(request, before)));
  }
  const started = start?.kind === 'started' ? start : null;
  const names = new Set([...wanted.map(({ name }) => name), ...(options.planned ?? [])]);
  const made = [...(started?.sessions ?? [])];
  const live = new Map([...before, ...made.filter(([name]) => !names.has(name))]);
  const replaced = made.flatMap(([name, id]) => (names.has(name) ? [removingWhatStartMade(id)] : []));

  const leaders = wanted.filter((request) => !joinsAnother(request, wanted, live));
  const begun = await perform(target, leaders.map(creating), options, { first: replaced, last: [settleStarted] });
  const renamed = await lookForRenamed(target, begun, options);
  const created = begun.map((one) => (renamed.has(one) ? withoutComplaints(one) : one));

  const ids = new Map([...live, ...idsOf(attemptsOf(created))]);
  const joining = wanted.filter((request) => !leaders.includes(request)).map((request) => joiningWork(request, ids));
  const completing = begun.flatMap((one) => completingWork(one, renamed.get(one) ?? null));
  const completed = await perform(target, [...completing, ...joining], options, nothingBeside);

  const all = attemptsOf([...created, ...completed], started?.misplaced ?? null);
  await delay(settlingMs);
  const listing = await listServer(target, options);
  return requests.map((request) => {
    const attempt = all.get(request);
    return attempt === undefined ? untried(request, live) : checkCreated(request, attempt, listing);
  });
}

/**
 * A session that the configuration made while we started the server is nobody's work: the recorded one of its name takes its
 * place. Not where somebody is attached to it by now.
 */
function removingWhatStartMade(id: string): readonly string[] {
  const remove = commandFileLine(['kill-session', '-t', id]);
  return ['if-shell', '-F', '-t', `${id}:`, '#{==:#{session_attached},0}', remove];
}

/** What a shell takes that ends at once, for a profile that is broken, say; a server answers much sooner. */
const settlingMs = 100;

/** One chain of commands on behalf of a request. */
interface Work {
  readonly request: SessionRequest;
  readonly chain: PartedChain;
}

interface Performed {
  readonly work: Work;
  readonly outcome: ChainOutcome;
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

async function perform(
  target: TmuxTarget,
  works: readonly Work[],
  options: CallOptions,
  beside: CommandsBeside,
): Promise<readonly Performed[]> {
  const chains = works.map(({ chain }) => chain);
  const outcomes = await runCommandFile(target, chains, beside, options);
  return outcomes.flatMap((outcome, at) => {
    const work = works[at];
    return work === undefined ? [] : [{ work, outcome }];
  });
}

function creating(request: SessionRequest): Work {
  return { request, chain: creatingChain(request) };
}

/**
 * The sessions that were cut short because a hook of the user's gave them another name meanwhile: by that they were not found
 * again, and by their ids they are.
 */
async function lookForRenamed(
  target: TmuxTarget,
  begun: readonly Performed[],
  options: CallOptions,
): Promise<ReadonlyMap<Performed, ListedSession>> {
  const cutShort = begun.filter((one) => cutOf(one).length > 0);
  if (cutShort.length === 0) return new Map();
  const listing = await listServer(target, options);
  const sessions = listing.kind === 'listed' ? listing.sessions : [];
  return new Map(
    cutShort.flatMap((one): readonly (readonly [Performed, ListedSession])[] => {
      const id = createdBy(one)?.tmuxId;
      const session = sessions.find(({ tmuxId }) => tmuxId === id);
      return session === undefined || session.name === one.work.request.name ? [] : [[one, session]];
    }),
  );
}

function withoutComplaints({ work, outcome }: Performed): Performed {
  return { work, outcome: outcome.kind === 'done' ? { ...outcome, complaints: [] } : outcome };
}

/** The rest of a session of which only the first pane could be asked for, or that was renamed before all was done. */
function completingWork(begun: Performed, renamed: ListedSession | null): readonly Work[] {
  const { request } = begun.work;
  return chainsLeft(begun, renamed).map((head) => ({ request, chain: { head, parts: [] } }));
}

function chainsLeft(begun: Performed, renamed: ListedSession | null): readonly Chain[] {
  const { request, chain } = begun.work;
  const created = createdBy(begun);
  if (created === null) return [];
  if (chain.parts.length === 0) return remainingChains(request, created.tmuxId);
  if (renamed === null) return [];
  return cutOf(begun).map((at) => windowChain(request, at, created.tmuxId, panesFound(renamed, request.windows[at])));
}

function cutOf({ outcome }: Performed): readonly number[] {
  return outcome.kind === 'done' ? outcome.cut : [];
}

function panesFound(session: ListedSession | null, window: WindowRequest | undefined): number {
  return session?.windows.find(({ index }) => index === window?.index)?.panes.length ?? 0;
}

function createdBy({ outcome }: Performed): CreatedSession | null {
  return outcome.kind === 'done' ? parseCreated(outcome.told) : null;
}

function joiningWork(request: SessionRequest, ids: ReadonlyMap<string, string>): Work {
  const ownerId = request.sharesWindowsOf === null ? undefined : ids.get(request.sharesWindowsOf);
  return ownerId === undefined ? creating(request) : { request, chain: joiningChain(request, ownerId) };
}

/** `remark` is said of the first one: it is about the server. */
function attemptsOf(
  performed: readonly Performed[],
  remark: string | null = null,
): ReadonlyMap<SessionRequest, Attempt> {
  const attempts = new Map<SessionRequest, Attempt>();
  for (const { work, outcome } of performed) {
    const remarks = remark === null || attempts.size > 0 ? [] : [remark];
    const before = attempts.get(work.request) ?? { created: null, complaints: [] };
    const words = outcome.kind === 'failed' ? [outcome.words] : outcome.complaints;
    attempts.set(work.request, {
      created: before.created ?? (outcome.kind === 'done' ? parseCreated(outcome.told) : null),
      complaints: [...before.complaints, ...remarks, ...words],
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
  if (live.has(name)) return { outcome: 'name-taken' };
  return failed('its name is not valid UTF-8, so it cannot be given to tmux again');
}

function failed(message: string): CreationResult {
  return { outcome: 'failed', message };
}
