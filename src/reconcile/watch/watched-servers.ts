import type { ServerEnding } from '../../core/endings.ts';
import { serverOn, type Manifest, type ServerIdentity } from '../../core/manifest.ts';
import { pause } from '../../system/pause.ts';
import { awaitServerEnd } from '../../tmux/await-server-end.ts';
import type { TmuxTarget } from '../../tmux/tmux-target.ts';

/** One connection to each running server, on which the watch notices its end. */
export interface WatchedServers {
  /** Waits for the servers of a record that it does not wait for yet. */
  readonly update: (user: string, manifest: Manifest | null) => void;
  /** Leaves the servers of all users but these alone. */
  readonly keepOnly: (users: readonly string[]) => void;
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
  readonly controller: AbortController;
  state: 'waiting' | 'unreachable' | 'not-understood';
  /** How often in a row it could not be reached. */
  failures: number;
}

/** A user can have a server that breaks each connection at once. It is tried again after this time, and then less and less often. */
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

export function watchedServers({ targetOf, onEnd, onDeaf, now }: WatchedServersOptions): WatchedServers {
  const byUser = new Map<string, Map<string, Waiting>>();

  const wait = async (user: string, socket: string | null, waiting: Waiting) => {
    const { server, controller, failures } = waiting;
    const pauseMs = failures === 0 ? 0 : Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
    if (!(await pause(pauseMs, controller.signal))) return;
    const target = targetOf(user, socket);
    if (target === null) return;
    const begunMs = performance.now();
    const end = await awaitServerEnd(target, { signal: controller.signal });
    switch (end.kind) {
      case 'ended':
        forget(user, socket, server);
        return onEnd(user, { kind: 'server-end', at: now().toISOString(), socket, server: end.server, end: end.end });
      case 'unreachable':
        waiting.state = 'unreachable';
        waiting.failures = performance.now() - begunMs > longestPauseMs ? 1 : failures + 1;
        // The save that follows finds out whether it is still there.
        return onEnd(user, null);
      case 'not-understood':
        // It stays in the map, so that the same server is not tried again.
        waiting.state = 'not-understood';
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
      // A save may miss a server before the connection to it tells how it ended. So the wait goes on.
      const missing = [...before].filter(([key]) => !keys.has(key));
      const ending = new Set(missing.filter(([, { state }]) => state === 'waiting').slice(-maxServersPerUser));
      for (const one of missing) {
        if (ending.has(one)) continue;
        const [key, { controller }] = one;
        before.delete(key);
        controller.abort();
      }
      byUser.set(user, before);
      for (const [socket, server] of running) {
        const key = keyOf(socket, server);
        const known = before.get(key);
        if (known !== undefined && known.state !== 'unreachable') continue;
        const waiting: Waiting = known ?? { server, controller: new AbortController(), state: 'waiting', failures: 0 };
        waiting.state = 'waiting';
        before.set(key, waiting);
        void wait(user, socket, waiting);
      }
    },
    keepOnly: (users) => {
      for (const [user, waiting] of byUser) {
        if (users.includes(user)) continue;
        for (const { controller } of waiting.values()) controller.abort();
        byUser.delete(user);
      }
    },
    stop: () => {
      for (const waiting of byUser.values()) for (const { controller } of waiting.values()) controller.abort();
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
