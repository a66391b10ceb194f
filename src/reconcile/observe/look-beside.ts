import type { ManagedServer, UnmanagedServer } from '../../core/observation.ts';
import type { RosterUser } from '../../core/roster.ts';
import { managesSocket } from '../../core/servers.ts';
import { counted } from '../../core/text.ts';
import type { ProcessEntry } from '../../process/process-table.ts';
import type { Account } from '../../system/host/accounts.ts';
import { type Attempt, attemptRead } from '../../system/files/read-file.ts';
import { checkSocketPlaces } from '../../system/sockets/socket-places.ts';
import type { ListeningSockets } from '../../system/sockets/unix-sockets.ts';
import type { Listing } from '../../tmux/listing.ts';
import type { ServerSettings } from '../../tmux/read-settings.ts';
import { tmpDirOfSocket } from '../../tmux/tmux-target.ts';
import type { Context } from '../context.ts';
import { type FoundServer, foundServer } from './find-servers.ts';

/** The answer of one server. */
export interface ServerLook<Seen extends Listing = Listing> {
  readonly seen: Seen;
  readonly settings: ServerSettings;
}

type Listed = Extract<Listing, { kind: 'listed' }>;

/** What was found of a user beside the server on the default socket. */
export interface LookBeside {
  /** The managed servers that answered. */
  readonly listed: readonly (ServerLook<Listed> & { readonly socket: string })[];
  /** The recorded sockets on which no server runs. */
  readonly absent: readonly ManagedServer[];
  readonly unmanaged: readonly UnmanagedServer[];
  /** Why nothing may be concluded about the user; null when all recorded servers were seen. */
  readonly unknown: { readonly reason: string; readonly mend: string | null } | null;
}

export const nothingBeside: LookBeside = { listed: [], absent: [], unmanaged: [], unknown: null };

interface BesideWork {
  readonly context: Context;
  readonly user: RosterUser;
  readonly account: Account;
  /** Asks the server on a socket. */
  readonly lookOn: (socket: string, timeoutMs: number) => Promise<ServerLook>;
  /** The path of the default socket. */
  readonly defaultSocket: string;
  /** The answer of the server on the default socket. */
  readonly main: Listing;
  /** The processes that are tmux servers of the user. */
  readonly processes: readonly ProcessEntry[];
  /** The other sockets in the user's record. */
  readonly recorded: readonly string[];
  readonly readSockets: () => Attempt<ListeningSockets>;
}

/**
 * Looks at the user's servers on other sockets. It asks only those that the roster manages. A server that was never
 * recorded and does not answer is only named. Then nothing of it can be lost.
 */
export async function lookBeside(work: BesideWork): Promise<LookBeside> {
  const { user, main, processes, recorded } = work;
  const mainPid = main.kind === 'listed' ? (main.server?.pid ?? null) : null;
  const others = processes.filter(({ pid }) => pid !== mainPid);
  const wanted = recorded.filter((socket) => managesSocket(user.policy, socket));
  if (others.length === 0 && wanted.length === 0) return nothingBeside;
  const found = attemptRead(() =>
    others.slice(0, maxProcesses).flatMap((one) => foundServer(one, user.policy, work.readSockets) ?? []),
  );
  if (found.kind === 'unreadable') return { ...nothingBeside, unknown: { reason: found.reason, mend: null } };
  const beside = found.value.flatMap((one) => (one.socket === work.defaultSocket ? besideMain(one, main) : [one]));
  // The recorded ones first: whatever else the user runs, nothing may be concluded without them.
  const managed = beside
    .filter((one) => one.kind === 'managed')
    .toSorted((a, b) => Number(wanted.includes(b.socket)) - Number(wanted.includes(a.socket)));
  const surplus = [...managed.slice(maxServers), ...others.slice(maxProcesses)].map(hiddenInCrowd);
  const asked = [
    ...(await Promise.all(managed.slice(0, maxServers).map((one) => ask(work, one)))),
    ...beside.flatMap((one) => (one.kind === 'managed' ? [] : [{ kind: 'unmanaged' as const, server: named(one) }])),
  ];
  const silent = asked.find((one) => one.kind === 'silent' && wanted.includes(one.server.socket ?? ''));
  const listed = asked.flatMap((one) => (one.kind === 'listed' ? [one] : []));
  const unmanaged = [
    ...asked.flatMap((one) => (one.kind === 'listed' ? [] : [one.server])),
    ...surplus.slice(0, 1).flatMap((one) => (one.kind === 'hidden' ? [named(one)] : [])),
  ];
  const base = { listed, absent: [], unmanaged };
  if (silent?.kind === 'silent') {
    const { socket, obstacle, mend } = silent.server;
    return { ...base, unknown: { reason: `the server on ${socket ?? ''}: ${obstacle ?? ''}`, mend } };
  }
  const hidden = [...beside, ...surplus].find(({ kind }) => kind === 'hidden');
  const missing = wanted.filter((socket) => !listed.some((one) => one.socket === socket));
  if (missing.length > 0 && hidden?.kind === 'hidden') {
    const reason = `the server of process ${hidden.pid} may be the one on ${missing[0] ?? ''}: ${hidden.obstacle ?? ''}`;
    return { ...base, unknown: { reason, mend: null } };
  }
  const places = await absentServers(work, missing);
  return places.kind === 'failed'
    ? { ...base, unknown: { reason: places.reason, mend: null } }
    : { ...base, absent: places.absent, unknown: null };
}

/** Each of them can keep its reader waiting. */
const maxServers = 16;
/** A user can call any number of processes `tmux: server`. */
const maxProcesses = 256;

function hiddenInCrowd({ pid }: Pick<ProcessEntry, 'pid'>): FoundServer {
  const obstacle = `only ${counted(maxServers, 'server')} of a user are asked`;
  return { kind: 'hidden', pid, socket: null, obstacle, mend: null };
}

/** What is said of a process that listens on the path of the default socket, and is not the server that answers there. */
function besideMain(server: FoundServer, main: Listing): readonly FoundServer[] {
  // Then its own look tells why, or the answering server is this one, and has no session.
  if (main.kind === 'unknown' || (main.kind === 'listed' && main.server === null)) return [];
  const { pid, socket } = server;
  const obstacle = server.kind === 'managed' ? null : server.obstacle;
  return [{ kind: 'unmanaged', pid, socket, obstacle: obstacle ?? takenSocket, mend: null }];
}

const takenSocket = 'another server has the socket of that path';

type Asked =
  | ({ readonly kind: 'listed'; readonly socket: string } & ServerLook<Listed>)
  /** A managed server that could not be listed. */
  | { readonly kind: 'silent'; readonly server: UnmanagedServer }
  | { readonly kind: 'unmanaged'; readonly server: UnmanagedServer };

type ManagedProcess = Extract<FoundServer, { kind: 'managed' }>;

async function ask({ lookOn }: BesideWork, { pid, socket }: ManagedProcess): Promise<Asked> {
  const { seen, settings } = await lookOn(socket, listingTimeoutMs);
  const server = (obstacle: string, mend: string | null = null): UnmanagedServer => ({ pid, socket, obstacle, mend });
  switch (seen.kind) {
    case 'listed':
      // The process that answers must be the one that holds the socket.
      return seen.server === null || seen.server.pid === pid
        ? { kind: 'listed', socket, seen, settings }
        : { kind: 'unmanaged', server: server(takenSocket) };
    case 'absent':
      return { kind: 'silent', server: server('its socket is gone') };
    case 'unknown':
      return { kind: 'silent', server: server(seen.reason, seen.mend) };
  }
}

/** Less than for the default server, because the looks at both add up. */
const listingTimeoutMs = 3_000;

function named({ pid, socket, obstacle, mend }: Exclude<FoundServer, { kind: 'managed' }>): UnmanagedServer {
  return { pid, socket, obstacle, mend };
}

type AbsentServers =
  | { readonly kind: 'checked'; readonly absent: readonly ManagedServer[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** No process of the user listens there, so no server runs. The place itself tells whether one could. */
async function absentServers({ context, account }: BesideWork, sockets: readonly string[]): Promise<AbsentServers> {
  const switches = context.invoker.account.uid !== account.uid;
  const parentOf = (socket: string): string | null => tmpDirOfSocket(socket, account.uid);
  const checked = await checkSocketPlaces(account, switches, sockets, parentOf, checkTimeoutMs);
  if (checked.kind === 'failed') return checked;
  const absent = sockets.map((socket): ManagedServer => {
    const { hasFile, isOpen } = checked.places.get(socket) ?? { hasFile: false, isOpen: false };
    return { socket, observation: { kind: 'absent', socket: hasFile ? 'stale' : 'missing' }, canStart: isOpen };
  });
  return { kind: 'checked', absent };
}

const checkTimeoutMs = 2_000;
