import type { ClaimMemory } from '../../core/record/assign-conversations.ts';
import type { Observation } from '../../core/observation.ts';
import type { RosterUser } from '../../core/roster.ts';
import { type ProcessTable, readProcessTable } from '../../process/process-table.ts';
import { configFilesOf } from '../../process/server-arguments.ts';
import type { Account } from '../../system/host/accounts.ts';
import { onDemand } from '../../system/on-demand.ts';
import { type Attempt, attemptRead } from '../../system/files/read-file.ts';
import { type ListeningSockets, readListeningSockets } from '../../system/sockets/unix-sockets.ts';
import { listServer } from '../../tmux/list-server.ts';
import type { Listing } from '../../tmux/listing.ts';
import { noServerSettings, readSettings, type ServerSettings } from '../../tmux/read-settings.ts';
import { socketPathOf } from '../../tmux/server-socket.ts';
import { tmuxTarget, type TmuxTarget } from '../../tmux/tmux-target.ts';
import type { Context } from '../context.ts';
import { serverProcesses } from './find-servers.ts';
import { agentsOn, type ListedServer, withOwnProcesses, withPaneKeys } from './listed-panes.ts';
import { type LookBeside, lookBeside, nothingBeside, type ServerLook } from './look-beside.ts';
import { type AgentObservation, observeAgents } from './observe-agents.ts';
import { observedSession } from './observed-session.ts';

/**
 * Whether a look reads the options and the environment of the sessions, which takes a second call of each server. Only
 * who stores a record needs them.
 */
export type SettingsLook = 'read' | 'leave-out';

/**
 * Observes the tmux of every given user with an account. It lists all servers side by side, then reads the processes
 * once, and then asks the agents that it found.
 *
 * The processes tell whether a user has further servers. Only then it looks for these, and reads the processes again.
 * `recordedSockets` are the other sockets in a user's record.
 */
export async function observeUsers(
  context: Context,
  users: readonly RosterUser[],
  settings: SettingsLook,
  memoryOf: (user: string) => ClaimMemory,
  recordedSockets: (user: string) => readonly string[] = () => [],
): Promise<ReadonlyMap<string, Observation>> {
  const sockets = onDemand(() => attemptRead(() => readListeningSockets()));
  const look = async (user: RosterUser, account: Account): Promise<Look> => {
    return { user, account, ...(await lookAt(context, targetFor(context, account), { user, settings }, sockets)) };
  };
  const looks = await Promise.all(
    users.flatMap((user) => {
      const account = context.accounts.get(user.name);
      return account === undefined ? [] : [look(user, account)];
    }),
  );
  context.signal.throwIfAborted();
  // Read after the listings, so that the table has the processes of every listed pane.
  const processes = attemptRead(readProcessTable);
  if (processes.kind === 'unreadable') {
    return new Map(looks.map((one) => [one.user.name, withoutProcesses(one, processes.reason)]));
  }
  const beside = context.seesAllServers
    ? await lookBesideAll(context, looks, processes.value, { settings, sockets, recordedSockets })
    : null;
  const isMoreListed = [...(beside?.values() ?? [])].some(({ listed }) => listed.length > 0);
  const again = isMoreListed ? attemptRead(readProcessTable) : processes;
  if (again.kind === 'unreadable') {
    return new Map(looks.map((one) => [one.user.name, withoutProcesses(one, again.reason)]));
  }
  const table = again.value;
  const believed = looks.map((one) => believedLook(one, beside?.get(one.user.name) ?? null, table));
  const owners = believed.map(({ account, servers }) => ({
    account,
    sessions: servers.flatMap(({ seen }, at) => seen.sessions.map((session) => withPaneKeys(session, at))),
  }));
  const agents = await observeAgents(context, owners, table, memoryOf);
  return new Map(
    believed.map((one) => {
      const found = attemptRead(() => observationOf(one, agents.get(one.user.name) ?? noAgents, table));
      return [one.user.name, found.kind === 'read' ? found.value : withoutProcesses(one, found.reason)];
    }),
  );
}

/** Looks at the servers of all users on other sockets, side by side, with one read of the kernel's table for all. */
async function lookBesideAll(
  context: Context,
  looks: readonly Look[],
  table: ProcessTable,
  {
    settings,
    sockets,
    recordedSockets,
  }: {
    readonly settings: SettingsLook;
    readonly sockets: () => Attempt<ListeningSockets>;
    readonly recordedSockets: (user: string) => readonly string[];
  },
): Promise<ReadonlyMap<string, LookBeside>> {
  const processes = attemptRead(() => serverProcesses(table));
  const found = await Promise.all(
    looks.map(async ({ user, account, seen }): Promise<readonly [string, LookBeside]> => {
      if (processes.kind === 'unreadable') {
        return [user.name, { ...nothingBeside, unknown: { reason: processes.reason, mend: null } }];
      }
      const own = processes.value.get(account.uid) ?? [];
      const work = {
        context,
        user,
        account,
        lookOn: (socket: string, timeoutMs: number) =>
          lookAt(context, targetFor(context, account, socket), { user, settings }, sockets, timeoutMs),
        defaultSocket: socketPathOf(targetFor(context, account)),
        main: seen,
        processes: own,
        recorded: recordedSockets(user.name),
        readSockets: sockets,
      };
      return [user.name, await lookBeside(work)];
    }),
  );
  context.signal.throwIfAborted();
  return new Map(found);
}

/**
 * Makes the user unknown: without the process table, sessions would be recorded without directories and conversations.
 */
function withoutProcesses({ seen }: Look, reason: string): Observation {
  return seen.kind === 'listed' ? { kind: 'unknown', reason } : seen;
}

/** How this run reaches a user's tmux: the server on the given socket, or on the default one. */
export function targetFor(context: Context, account: Account, socket: string | null = null): TmuxTarget {
  const { invoker, socketName, tmuxConfigFile } = context;
  const caller = { uid: invoker.account.uid, searchPath: invoker.path, tmpDir: invoker.tmuxTmpDir };
  return { ...tmuxTarget(account, caller, { socketName, configFile: tmuxConfigFile }), socketPath: socket };
}

interface Look extends ServerLook {
  readonly user: RosterUser;
  readonly account: Account;
}

/** Asks one server; `timeoutMs` is the limit of its listing. */
async function lookAt(
  context: Context,
  target: TmuxTarget,
  { user, settings: reading }: { readonly user: RosterUser; readonly settings: SettingsLook },
  sockets: () => Attempt<ListeningSockets>,
  timeoutMs?: number,
): Promise<ServerLook> {
  const { signal } = context;
  const { keepWhen } = user.policy;
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  const seen = await listServer(target, { signal, keepWhen, ...limit }, sockets);
  const settings =
    reading === 'read' && seen.kind === 'listed'
      ? await readSettings(target, seen.sessions, { timeoutMs: settingsTimeoutMs, signal })
      : noServerSettings;
  return { seen, settings };
}

/** A server that has just listed its sessions answers in a few milliseconds. */
const settingsTimeoutMs = 5_000;

/** A look at all servers of a user; the one on the default socket comes first if it was listed. */
interface BelievedLook extends Look {
  readonly servers: readonly {
    readonly socket: string | null;
    readonly seen: ListedServer;
    readonly settings: ServerSettings;
  }[];
  /** null when the run does not look at other sockets. */
  readonly beside: LookBeside | null;
}

function believedLook(one: Look, beside: LookBeside | null, table: ProcessTable): BelievedLook {
  const main = one.seen.kind === 'listed' ? [{ socket: null, seen: one.seen, settings: one.settings }] : [];
  const servers = [...main, ...(beside?.listed ?? [])].map(({ socket, seen, settings }) => ({
    socket,
    settings,
    seen: withOwnProcesses(seen, table),
  }));
  return { ...one, servers, beside };
}

const noAgents: AgentObservation = { kind: 'observed', panes: new Map() };

/** A conversation that could not be read has not ended. So a failed read makes the whole user unknown. */
function observationOf(one: BelievedLook, agents: AgentObservation, table: ProcessTable): Observation {
  const { seen, servers, beside } = one;
  const { unmanaged = [], absent = [], unknown = null } = beside ?? {};
  const named = beside === null ? {} : { beside: { managed: [], unmanaged } };
  if (seen.kind === 'unknown') return { ...seen, ...named };
  if (unknown !== null) {
    const { reason, mend } = unknown;
    return { kind: 'unknown', reason, ...(mend === null ? {} : { mend }), ...named };
  }
  if (agents.kind === 'unknown') return { ...agents, ...named };
  const isAnyKept = servers.some(({ seen: { sessions } }) => sessions.some(({ satisfies }) => satisfies === true));
  const observed = servers.map(({ socket, seen: { server, sessions }, settings }, at) => ({
    socket,
    observation: {
      kind: 'observed' as const,
      server,
      configFiles: server === null ? null : configFilesOf(server.pid, one.account.uid),
      sessions: sessions.map((session) =>
        observedSession(session, { ...one, settings, isAnyKept }, agentsOn(agents.panes, at), table),
      ),
    },
  }));
  const main = observed.find(({ socket }) => socket === null)?.observation ?? absentMain(seen);
  if (beside === null) return main;
  const running = observed.flatMap(({ socket, observation }) =>
    socket === null ? [] : [{ socket, observation, canStart: true }],
  );
  return { ...main, beside: { managed: [...running, ...absent], unmanaged } };
}

function absentMain(seen: Exclude<Listing, { readonly kind: 'unknown' }>): Observation {
  return seen.kind === 'absent' ? seen : { kind: 'observed', server: seen.server, configFiles: null, sessions: [] };
}
