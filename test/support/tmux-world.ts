import type { Observation } from '../../src/core/observation.ts';
import { claude, observed, seen } from './builders.ts';

/** A small model of one user's tmux on one host: what is true, whether anybody looks or not. */
export interface World {
  readonly boot: number;
  readonly oomKills: number;
  /** Number of the server that runs; null when none does. */
  readonly server: number | null;
  readonly socket: 'missing' | 'stale';
  readonly sessions: readonly RunningSession[];
  readonly nextServer: number;
  readonly nextSession: number;
}

export interface RunningSession {
  readonly name: string;
  readonly tmuxId: string;
  readonly managed: boolean;
  /** The conversation that runs in each pane; null where a shell waits. */
  readonly panes: readonly (string | null)[];
}

/** `pick` chooses among what is there; an event that makes no sense as things stand does nothing. */
export type WorldEvent =
  | { readonly kind: 'create'; readonly name: string; readonly panes: readonly (string | null)[] }
  | { readonly kind: 'close'; readonly pick: number }
  | { readonly kind: 'rename'; readonly pick: number; readonly name: string }
  | { readonly kind: 'split'; readonly pick: number }
  | { readonly kind: 'opt-out'; readonly pick: number }
  | { readonly kind: 'opt-in'; readonly pick: number }
  /** Starts an agent in a pane; one that runs there makes way. */
  | { readonly kind: 'start-agent'; readonly pick: number; readonly pane: number; readonly conversation: string }
  | { readonly kind: 'end-agent'; readonly pick: number; readonly pane: number }
  | { readonly kind: 'oom-kill-agent'; readonly pick: number; readonly pane: number }
  | { readonly kind: 'oom-kill-session'; readonly pick: number }
  | { readonly kind: 'kill-server' }
  | { readonly kind: 'stop-server' }
  | { readonly kind: 'reboot' };

export const emptyWorld: World = {
  boot: 1,
  oomKills: 0,
  server: null,
  socket: 'missing',
  sessions: [],
  nextServer: 1,
  nextSession: 0,
};

export function after(world: World, event: WorldEvent): World {
  switch (event.kind) {
    case 'create':
      return created(world, event.name, event.panes);
    case 'close':
      return without(world, picked(world, event.pick));
    case 'rename':
      return isNameTaken(world, event.name) ? world : changed(world, event.pick, () => ({ name: event.name }));
    case 'split':
      return changed(world, event.pick, ({ panes }) => ({ panes: panes.length < 3 ? [...panes, null] : panes }));
    case 'opt-out':
      return changed(world, event.pick, () => ({ managed: false }));
    case 'opt-in':
      return changed(world, event.pick, () => ({ managed: true }));
    case 'start-agent': {
      if (isRunning(world, event.conversation)) return world;
      return changed(world, event.pick, (session) => withPane(session, event.pane, event.conversation));
    }
    case 'end-agent':
      return changed(world, event.pick, (session) => withPane(session, event.pane, null));
    case 'oom-kill-agent': {
      const killed = changed(world, event.pick, (session) => withPane(session, event.pane, null));
      return { ...killed, oomKills: world.oomKills + 1 };
    }
    case 'oom-kill-session':
      return { ...without(world, picked(world, event.pick)), oomKills: world.oomKills + 1 };
    case 'kill-server':
      return world.server === null ? world : { ...world, server: null, socket: 'stale', sessions: [] };
    case 'stop-server':
      return { ...world, server: null, socket: world.server === null ? world.socket : 'missing', sessions: [] };
    case 'reboot':
      return { ...world, boot: world.boot + 1, server: null, socket: 'missing', sessions: [] };
  }
}

/** What looking gives; a first client starts a server, and its last session takes it along. */
export function look({ server, socket, sessions }: World): Observation {
  if (server === null) return { kind: 'absent', socket };
  return observed(
    sessions.map(({ panes, ...facts }) =>
      seen(facts.name, {
        ...facts,
        holding: panes.map((id) => (id === null ? null : claude(id))),
        idlePanes: panes.flatMap((id, at) => (id === null ? [`${facts.tmuxId.replace('$', '%')}${at}`] : [])),
      }),
    ),
    { pid: 1000 + server, startTime: server },
  );
}

export function isNameTaken({ sessions }: World, name: string): boolean {
  return sessions.some((session) => session.name === name);
}

export function isRunning({ sessions }: World, conversation: string): boolean {
  return sessions.some(({ panes }) => panes.includes(conversation));
}

function created(world: World, name: string, wanted: readonly (string | null)[]): World {
  if (isNameTaken(world, name)) return world;
  const panes = wanted.map((id, at) => (id === null || isRunning(world, id) || wanted.indexOf(id) < at ? null : id));
  const isFirst = world.server === null;
  const number = isFirst ? 0 : world.nextSession;
  return {
    ...world,
    server: world.server ?? world.nextServer,
    nextServer: world.nextServer + (isFirst ? 1 : 0),
    sessions: [...world.sessions, { name, tmuxId: `$${number}`, managed: true, panes }],
    nextSession: number + 1,
  };
}

function without(world: World, gone: RunningSession | undefined): World {
  const sessions = world.sessions.filter((session) => session !== gone);
  if (gone === undefined || sessions.length > 0) return { ...world, sessions };
  return { ...world, sessions, server: null, socket: 'missing' };
}

function changed(world: World, pick: number, change: (session: RunningSession) => Partial<RunningSession>): World {
  const chosen = picked(world, pick);
  return {
    ...world,
    sessions: world.sessions.map((session) => (session === chosen ? { ...session, ...change(session) } : session)),
  };
}

function withPane({ panes }: RunningSession, pick: number, conversation: string | null): Partial<RunningSession> {
  return { panes: panes.map((held, at) => (at === pick % panes.length ? conversation : held)) };
}

function picked({ sessions }: World, pick: number): RunningSession | undefined {
  return sessions[pick % sessions.length];
}
