import type { Pane, Window } from '../../src/core/manifest.ts';
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
  readonly nextPane: number;
}

export interface RunningSession {
  readonly name: string;
  readonly tmuxId: string;
  readonly managed: boolean;
  readonly windows: readonly (readonly RunningPane[])[];
}

export interface RunningPane extends StartedPane {
  /** tmux's `%N`. */
  readonly tmuxId: string;
  /** Its program has ended, and it stays (`remain-on-exit`). */
  readonly dead: boolean;
}

/** What a pane is started with: an agent with its arguments; without a conversation a shell. */
export interface StartedPane {
  readonly conversation: string | null;
  readonly args: readonly string[];
}

/** `pick` chooses among what is there; an event that makes no sense as things stand does nothing. */
export type WorldEvent =
  | { readonly kind: 'create'; readonly name: string; readonly windows: readonly (readonly StartedPane[])[] }
  | { readonly kind: 'close'; readonly pick: number }
  | { readonly kind: 'rename'; readonly pick: number; readonly name: string }
  | { readonly kind: 'split'; readonly pick: number }
  | { readonly kind: 'open-window'; readonly pick: number }
  | { readonly kind: 'close-pane'; readonly pick: number; readonly pane: number }
  | { readonly kind: 'opt-out'; readonly pick: number }
  | { readonly kind: 'opt-in'; readonly pick: number }
  /** Starts an agent in a pane; one that runs there makes way. */
  | { readonly kind: 'start-agent'; readonly pick: number; readonly pane: number; readonly conversation: string }
  | { readonly kind: 'restart-agent'; readonly pick: number; readonly pane: number; readonly args: readonly string[] }
  | { readonly kind: 'end-agent'; readonly pick: number; readonly pane: number }
  /** The program of a pane ends, and the pane stays. */
  | { readonly kind: 'end-in-dead-pane'; readonly pick: number; readonly pane: number }
  | { readonly kind: 'oom-kill-agent'; readonly pick: number; readonly pane: number }
  /** An agent that is the pane's own process: the pane goes with it. */
  | { readonly kind: 'oom-kill-pane'; readonly pick: number; readonly pane: number }
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
  nextPane: 0,
};

export function after(world: World, event: WorldEvent): World {
  switch (event.kind) {
    case 'create':
      return created(world, event.name, event.windows);
    case 'close':
      return without(world, picked(world, event.pick));
    case 'rename':
      return isNameTaken(world, event.name) ? world : changed(world, event.pick, () => ({ name: event.name }));
    case 'split':
      return grown(world, event.pick, ([first = [], ...others], pane) =>
        first.length < 3 ? [[...first, pane], ...others] : null,
      );
    case 'open-window':
      return grown(world, event.pick, (windows, pane) => (windows.length < 3 ? [...windows, [pane]] : null));
    case 'close-pane':
      return withoutPane(world, event.pick, event.pane);
    case 'opt-out':
      return changed(world, event.pick, () => ({ managed: false }));
    case 'opt-in':
      return changed(world, event.pick, () => ({ managed: true }));
    case 'start-agent': {
      if (isRunning(world, event.conversation)) return world;
      const pane = { conversation: event.conversation, args: [], dead: false };
      return changed(world, event.pick, (session) => withPane(session, event.pane, () => pane));
    }
    case 'restart-agent':
      return changed(world, event.pick, (session) =>
        withPane(session, event.pane, ({ conversation }) => (conversation === null ? {} : { args: event.args })),
      );
    case 'end-agent':
      return changed(world, event.pick, (session) => withPane(session, event.pane, () => noAgent));
    case 'end-in-dead-pane':
      return changed(world, event.pick, (session) => withPane(session, event.pane, () => ({ ...noAgent, dead: true })));
    case 'oom-kill-agent': {
      const killed = changed(world, event.pick, (session) => withPane(session, event.pane, () => noAgent));
      return { ...killed, oomKills: world.oomKills + 1 };
    }
    case 'oom-kill-pane':
      return { ...withoutPane(world, event.pick, event.pane), oomKills: world.oomKills + 1 };
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

const noAgent = { conversation: null, args: [] };

/** What looking gives; a first client starts a server, and its last session takes it along. */
export function look({ server, socket, sessions }: World): Observation {
  if (server === null) return { kind: 'absent', socket };
  return observed(
    sessions.map((session) => {
      const idle = panesIn(session).filter(({ conversation, dead }) => conversation === null && !dead);
      return seen(session.name, {
        tmuxId: session.tmuxId,
        managed: session.managed,
        windows: session.windows.map(windowOf),
        idlePanes: idle.map(({ tmuxId }) => tmuxId),
      });
    }),
    { pid: 1000 + server, startTime: server },
  );
}

export function panesIn({ windows }: Pick<RunningSession, 'windows'>): readonly RunningPane[] {
  return windows.flat();
}

export function isNameTaken({ sessions }: World, name: string): boolean {
  return sessions.some((session) => session.name === name);
}

export function isRunning({ sessions }: World, conversation: string): boolean {
  return sessions.some((session) => panesIn(session).some((pane) => pane.conversation === conversation));
}

function windowOf(panes: readonly RunningPane[], index: number): Window {
  const name = panes[0]?.conversation === null ? 'bash' : 'claude';
  const layout = `b25d,80x24,0,0,${panes.length}`;
  const facts = { active: index === 0, last: false, zoomed: false, layout, options: [] };
  return { index, name, automaticName: true, ...facts, panes: panes.map(paneOf) };
}

function paneOf({ tmuxId, conversation, args }: RunningPane, index: number): Pane {
  const facts = {
    index,
    tmuxId,
    active: index === 0,
    cwd: '/home/emo/code',
    title: 'devvm',
    shell: null,
    program: null,
    process: null,
  };
  if (conversation === null) return { ...facts, command: 'bash', conversation: null, agent: null };
  const launch = { executable: 'claude', args, droppedArgs: [], env: {}, directory: '/home/emo/code' };
  const found = { kind: 'conversation', source: 'registry', confidence: 'certain' } as const;
  const agent = { name: 'claude', version: null, process: null, found, launch, wrapper: null };
  return { ...facts, command: 'claude', conversation: claude(conversation), agent };
}

function created(world: World, name: string, wanted: readonly (readonly StartedPane[])[]): World {
  if (isNameTaken(world, name)) return world;
  const isFirst = world.server === null;
  const number = isFirst ? 0 : world.nextSession;
  let nextPane = isFirst ? 0 : world.nextPane;
  const started = new Set<string>();
  const windows = wanted.map((panes) =>
    panes.map(({ conversation: id, args }): RunningPane => {
      const starts = id !== null && !isRunning(world, id) && !started.has(id);
      if (starts) started.add(id);
      return { tmuxId: `%${nextPane++}`, dead: false, ...(starts ? { conversation: id, args } : noAgent) };
    }),
  );
  return {
    ...world,
    server: world.server ?? world.nextServer,
    nextServer: world.nextServer + (isFirst ? 1 : 0),
    sessions: [...world.sessions, { name, tmuxId: `$${number}`, managed: true, windows }],
    nextSession: number + 1,
    nextPane,
  };
}

/** Gives a session one more shell; null leaves it as it is. */
function grown(
  world: World,
  pick: number,
  place: (windows: RunningSession['windows'], pane: RunningPane) => RunningSession['windows'] | null,
): World {
  const pane = { tmuxId: `%${world.nextPane}`, dead: false, ...noAgent };
  const next = changed(world, pick, ({ windows }) => ({ windows: place(windows, pane) ?? windows }));
  return { ...next, nextPane: world.nextPane + 1 };
}

/** A window goes with its last pane, and a session with its last window. */
function withoutPane(world: World, pick: number, at: number): World {
  const session = picked(world, pick);
  const panes = session === undefined ? [] : panesIn(session);
  if (panes.length < 2) return without(world, session);
  const gone = panes[at % panes.length];
  return changed(world, pick, ({ windows }) => ({
    windows: windows.map((window) => window.filter((pane) => pane !== gone)).filter((window) => window.length > 0),
  }));
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

function withPane(
  session: RunningSession,
  pick: number,
  change: (pane: RunningPane) => Partial<RunningPane>,
): Partial<RunningSession> {
  const panes = panesIn(session);
  const chosen = panes[pick % panes.length];
  const windows = session.windows.map((window) =>
    window.map((pane) => (pane === chosen ? { ...pane, ...change(pane) } : pane)),
  );
  return { windows };
}

function picked({ sessions }: World, pick: number): RunningSession | undefined {
  return sessions[pick % sessions.length];
}
