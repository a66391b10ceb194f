import type { ServerEnding } from '../../core/endings.ts';
import { serverOn, type Manifest, type ServerIdentity } from '../../core/manifest.ts';
import { awaitServerEnd } from '../../tmux/await-server-end.ts';
import type { TmuxTarget } from '../../tmux/tmux-target.ts';

/** One connection to each running server, on which the watch notices its end. */
export interface WatchedServers {
  /** Waits for the servers of a record that it does not wait for yet. */
  readonly update: (user: string, manifest: Manifest | null) => void;
  /** Leaves the servers of all users but these alone. */
  readonly keepOnly: (users: readonly string[]) => void;
  readonly count: () => number;
  readonly stop: () => void;
}

interface WatchedServersOptions {
  /** How to reach a user's server on a socket; null when the user has no account any more. */
  readonly targetOf: (user: string, socket: string | null) => TmuxTarget | null;
  /** `ending` is null when the connection tells only that something has changed. */
  readonly onEnd: (user: string, ending: ServerEnding | null) => void;
  /** Called when a server cannot be waited for, so that its causes are coarser. */
  readonly onDeaf: (user: string, reason: string) => void;
  readonly now: () => Date;
}

/** A user can start any number of servers. */
const maxServersPerUser = 16;

interface Waiting {
  readonly server: ServerIdentity;
  readonly stop: () => void;
}

export function watchedServers({ targetOf, onEnd, onDeaf, now }: WatchedServersOptions): WatchedServers {
  const byUser = new Map<string, Map<string, Waiting>>();

  const wait = async (user: string, socket: string | null, server: ServerIdentity, signal: AbortSignal) => {
    const target = targetOf(user, socket);
    if (target === null) return;
    const end = await awaitServerEnd(target, { signal });
    switch (end.kind) {
      case 'ended':
        forget(user, socket, server);
        return onEnd(user, { kind: 'server-end', at: now().toISOString(), socket, server: end.server, end: end.end });
      case 'unreachable':
        forget(user, socket, server);
        return onEnd(user, null);
      case 'not-understood':
        // It stays in the map, so that the same server is not tried again.
        return onDeaf(user, end.what);
      case 'stopped':
        return;
    }
  };

  const forget = (user: string, socket: string | null, server: ServerIdentity): void => {
    byUser.get(user)?.delete(keyOf(socket, server));
  };

  return {
    update: (user, manifest) => {
      const before = byUser.get(user) ?? new Map<string, Waiting>();
      const running = serversIn(manifest).slice(0, maxServersPerUser);
      const keys = new Set(running.map(([socket, server]) => keyOf(socket, server)));
      for (const [key, { stop }] of before) {
        if (keys.has(key)) continue;
        before.delete(key);
        stop();
      }
      byUser.set(user, before);
      for (const [socket, server] of running) {
        if (before.has(keyOf(socket, server))) continue;
        const controller = new AbortController();
        before.set(keyOf(socket, server), { server, stop: () => controller.abort() });
        void wait(user, socket, server, controller.signal);
      }
    },
    keepOnly: (users) => {
      for (const [user, waiting] of byUser) {
        if (users.includes(user)) continue;
        for (const { stop } of waiting.values()) stop();
        byUser.delete(user);
      }
    },
    count: () => [...byUser.values()].reduce((sum, waiting) => sum + waiting.size, 0),
    stop: () => {
      for (const waiting of byUser.values()) for (const { stop } of waiting.values()) stop();
      byUser.clear();
    },
  };
}

function serversIn(manifest: Manifest | null): readonly (readonly [string | null, ServerIdentity])[] {
  if (manifest === null) return [];
  const sockets = [null, ...manifest.furtherServers.map(({ socket }) => socket)];
  return sockets.flatMap((socket) => {
    const server = serverOn(manifest, socket);
    return server === null ? [] : [[socket, server] as const];
  });
}

function keyOf(socket: string | null, { pid, startTime }: ServerIdentity): string {
  return JSON.stringify([socket, pid, startTime]);
}
