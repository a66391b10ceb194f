import { setTimeout as delay } from 'node:timers/promises';
import { type CallOptions, callTmux } from './call-tmux.ts';
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
  type Ability,
  abilityOf,
  type CreatedSession,
  creatingChain,
  joiningChain,
  leftChain,
  parseCreated,
  remainingChains,
  type SessionRequest,
} from './session-commands.ts';
import { settleStarted, startServer } from './start-server.ts';
import type { TmuxTarget } from './tmux-target.ts';
import { commandFileLine, unescapeName } from './tmux-text.ts';

interface CreationOptions extends CallOptions {
  /** The ids of the running sessions, by name; null when no server runs, so that this call must start one. */
  readonly live: ReadonlyMap<string, string> | null;
  /**
   * Names of sessions that later calls create. A session of such a name that the configuration of a started server
   * makes is removed, too.
   */
  readonly planned?: readonly string[];
  /** What to tell about a server that this call starts; null for nothing. */
  readonly remark?: string | null;
}

/**
 * Creates sessions on one user's server and checks that they exist; results are in the order of the requests.
 *
 * For any number of sessions, one call starts a server if none runs, one creates the sessions, and one lists them. One
 * more call adds sessions that share windows, and completes those whose name is no target. `timeoutMs` limits each
 * call.
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

  const ability = await askAbility(target, wanted, options);
  const leaders = wanted.filter((request) => !joinsAnother(request, wanted, live));
  const begun = await perform(
    target,
    leaders.map((request) => creating(request, ability)),
    options,
    { first: replaced, last: [settleStarted] },
  );
  const renamed = await lookForRenamed(target, begun, options);
  const created = begun.map((one) => (renamed.has(one) ? withoutComplaints(one) : one));

  const ids = new Map([...live, ...idsOf(attemptsOf(created))]);
  const joining = wanted
    .filter((request) => !leaders.includes(request))
    .map((request) => joiningWork(request, ids, ability));
  const completing = begun.flatMap((one) => completingWork(one, renamed.get(one) ?? null, ability));
  const completed = await perform(target, [...completing, ...joining], options, nothingBeside);

  const remarks = started === null ? [] : [started.misplaced, options.remark ?? null].filter((one) => one !== null);
  const all = attemptsOf([...created, ...completed], remarks);
  await delay(settlingMs);
  const listing = await listServer(target, options);
  return requests.map((request) => {
    const attempt = all.get(request);
    return attempt === undefined ? untried(request, live) : checkCreated(request, attempt, listing);
  });
}

/**
 * Removes a session that the configuration made while this program started the server, because it is nobody's work. The
 * recorded session takes its name. A session to which a client is attached stays.
 */
function removingWhatStartMade(id: string): readonly string[] {
  const remove = commandFileLine(['kill-session', '-t', id]);
  return ['if-shell', '-F', '-t', `${id}:`, '#{==:#{session_attached},0}', remove];
}

/** The lifetime of a shell that ends at once, for example because of a broken profile. A server answers much sooner. */
const settlingMs = 100;

/** Asks only where something depends on it. A server without sessions cannot tell its version (3.1c). */
async function askAbility(
  target: TmuxTarget,
  wanted: readonly SessionRequest[],
  options: CallOptions,
): Promise<Ability> {
  if (wanted.every(({ environment }) => environment.length === 0)) return { givesEnvironment: true };
  const { stdout } = await callTmux(target, ['list-commands'], options);
  return abilityOf(stdout);
}

/** One chain of commands for a request. */
interface Work {
  readonly request: SessionRequest;
  readonly chain: PartedChain;
}

interface Performed {
  readonly work: Work;
  readonly outcome: ChainOutcome;
}

/** Whether the session shares windows with a running session, or with one of the same call. */
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

function creating(request: SessionRequest, ability: Ability): Work {
  return { request, chain: creatingChain(request, ability) };
}

/**
 * Finds interrupted sessions that a hook of the user has renamed meanwhile. Their names are gone, but their ids still
 * identify them.
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

/** The rest of the work for a session that has only its first pane, or that was renamed before all was done. */
function completingWork(begun: Performed, renamed: ListedSession | null, ability: Ability): readonly Work[] {
  const { request } = begun.work;
  return chainsLeft(begun, renamed, ability).map((head) => ({ request, chain: { head, parts: [] } }));
}

function chainsLeft(begun: Performed, renamed: ListedSession | null, ability: Ability): readonly Chain[] {
  const { request, chain } = begun.work;
  const created = createdBy(begun);
  if (created === null) return [];
  if (chain.parts.length === 0) return remainingChains(request, created.tmuxId, ability);
  if (renamed === null) return [];
  const facts = { ability, panesIn: (window: number) => panesFound(renamed, window) };
  return cutOf(begun).flatMap((at) => leftChain(request, at, created.tmuxId, facts) ?? []);
}

function cutOf({ outcome }: Performed): readonly number[] {
  return outcome.kind === 'done' ? outcome.cut : [];
}

function panesFound(session: ListedSession, window: number): number {
  return session.windows.find(({ index }) => index === window)?.panes.length ?? 0;
}

function createdBy({ outcome }: Performed): CreatedSession | null {
  return outcome.kind === 'done' ? parseCreated(outcome.told) : null;
}

function joiningWork(request: SessionRequest, ids: ReadonlyMap<string, string>, ability: Ability): Work {
  const ownerId = request.sharesWindowsOf === null ? undefined : ids.get(request.sharesWindowsOf);
  return ownerId === undefined ? creating(request, ability) : { request, chain: joiningChain(request, ownerId) };
}

/** `remarks` are about the server, so they go to the first attempt. */
function attemptsOf(
  performed: readonly Performed[],
  serverRemarks: readonly string[] = [],
): ReadonlyMap<SessionRequest, Attempt> {
  const attempts = new Map<SessionRequest, Attempt>();
  for (const { work, outcome } of performed) {
    const remarks = attempts.size > 0 ? [] : serverRemarks;
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
