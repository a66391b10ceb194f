import { posix } from 'node:path';
import type { UnmanagedServer } from '../../core/observation.ts';
import { managesSocket } from '../../core/servers.ts';
import type { Policy } from '../../core/roster.ts';
import { cwdOf, type ProcessEntry, type ProcessTable, uidOf } from '../../process/process-table.ts';
import { separateNamespace } from '../../system/host/namespaces.ts';
import type { Attempt } from '../../system/files/read-file.ts';
import type { ListeningSockets } from '../../system/sockets/unix-sockets.ts';
import { isServerAlive } from '../../tmux/call-tmux.ts';
import { listeningPathsOf } from '../../tmux/listening-processes.ts';

/** A running tmux server that was found by its process. */
export type FoundServer =
  /** Its user's policy names the socket, and nothing is known that keeps it out of reach. */
  | { readonly kind: 'managed'; readonly pid: number; readonly socket: string }
  | ({ readonly kind: 'unmanaged' } & UnmanagedServer)
  /** It may listen anywhere. */
  | ({ readonly kind: 'hidden' } & UnmanagedServer);

/**
 * The processes that are tmux servers, by user id. What a server starts is called like it for a moment, so a child of a
 * server does not count. Other processes cost nothing here.
 */
export function serverProcesses(table: ProcessTable): ReadonlyMap<number, readonly ProcessEntry[]> {
  const found = new Map<number, ProcessEntry[]>();
  for (const entry of table.entries.values()) {
    if (entry.comm !== serverName || table.entries.get(entry.ppid)?.comm === serverName) continue;
    const uid = uidOf(entry.pid);
    if (uid === null) continue;
    found.set(uid, [...(found.get(uid) ?? []), entry]);
  }
  return found;
}

/** How tmux calls the process of a server (3.1c to 3.8). */
const serverName = 'tmux: server';

/**
 * Where a server listens, and whether it is managed; null for a process that has ended. The kernel's table of sockets
 * names a path, and the descriptors of the process prove that it is this server's. Throws HostReadError.
 */
export function foundServer(
  { pid }: ProcessEntry,
  policy: Policy,
  readSockets: () => Attempt<ListeningSockets>,
): FoundServer | null {
  if (!isServerAlive(pid)) return null;
  const listening = readSockets();
  const only = (socket: string | null, obstacle: string | null): FoundServer => ({
    kind: 'unmanaged',
    pid,
    socket,
    obstacle,
    mend: null,
  });
  const hidden = (obstacle: string): FoundServer => ({ kind: 'hidden', pid, socket: null, obstacle, mend: null });
  if (listening.kind === 'unreadable') return hidden(listening.reason);
  const [path] = listeningPathsOf(pid, listening.value) ?? [];
  const namespace = separateNamespace(pid);
  const apart = namespace === null ? null : `it runs in another ${namespace} namespace, such as a container`;
  if (apart !== null) return only(path ?? null, apart);
  if (path === undefined) return isServerAlive(pid) ? hidden('its socket cannot be seen') : null;
  const socket = absolutePath(path, pid);
  if (socket === null) return hidden(`its socket has the relative path ${path}`);
  return managesSocket(policy, socket) ? { kind: 'managed', pid, socket } : only(socket, null);
}

/** tmux stays in the directory of the client that started it, so a relative path counts from there (3.3a). */
function absolutePath(path: string, pid: number): string | null {
  if (path.startsWith('/')) return posix.normalize(path);
  const directory = cwdOf(pid);
  return directory === null ? null : posix.join(directory, path);
}
