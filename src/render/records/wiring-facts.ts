import type { AgentFinding, AgentWrapper, Conversation, PaneAgent } from '../../core/conversation.ts';
import { groupBy } from '../../core/group-by.ts';
import {
  causeTimeOf,
  type GonePane,
  type Manifest,
  type Pane,
  qualifiedName,
  type SessionEntry,
  type Window,
  type WindowLink,
} from '../../core/manifest.ts';
import { shellQuote } from '../../core/own-command.ts';
import type { SessionSettings, Setting } from '../../core/settings.ts';
import { compareNames, compareText } from '../../core/text.ts';
import { lossWords } from '../loss-words.ts';
import { endWords } from './manifest.ts';

/** One fact of a record, in the order in which a diff shows them. The text is not yet safe to print. */
export interface WiringFact {
  readonly text: string;
  readonly depth: number;
  /** Index of the window that the fact is about; null for a fact of the whole session. */
  readonly window: number | null;
  readonly pane: number | null;
}

/** The facts of all entries of one name, or with a null name those of the whole record. */
export interface WiringPart {
  readonly session: string | null;
  readonly facts: readonly WiringFact[];
}

export interface WiringWords {
  /** Describes a layout without what changes by itself. */
  readonly layout: (layout: string) => string;
  readonly dateTime: (time: string) => string;
}

/**
 * A record as facts that can be compared, one thing to a fact, sorted by session. Left out is what changes by itself:
 * ids and processes of one server, and names that tmux gives.
 */
export function wiringFacts(manifest: Manifest, words: WiringWords): readonly WiringPart[] {
  const byName = [...groupBy(manifest.sessions, qualifiedName)].toSorted(([a], [b]) => compareNames(a, b));
  return [
    { session: null, facts: placed(told(recordFields, manifest, words), { depth: 0, window: null, pane: null }) },
    ...byName.map(([session, entries]) => ({
      session,
      facts: entries.toSorted(livesThenLatest).flatMap((entry) => sessionFacts(entry, words)),
    })),
  ];
}

/**
 * What is told of each field that is stored: its facts, or null for nothing. A new field does not compile until it has
 * its line in one of these tables.
 */
type Fields<Part> = Readonly<Record<keyof Part, Teller<Part> | null>>;

type Teller<Part> = (part: Part, words: WiringWords) => readonly string[];

const recordFields: Fields<Manifest> = {
  user: null,
  uid: null,
  host: ({ host }) => [`host ${host}`],
  takenAt: null,
  bootId: null,
  initStartTime: null,
  server: null,
  furtherServers: null,
  configFiles: ({ configFiles }) => (configFiles === null ? [] : [`configuration ${configFiles.join(', ')}`]),
  // Below.
  sessions: null,
};

const sessionFields: Fields<SessionEntry> = {
  // In the heading.
  name: null,
  state: null,
  cause: null,
  goneAt: null,
  killer: null,
  tmuxId: null,
  createdAt: null,
  lastSeenAt: null,
  socket: ({ socket }) => (socket === null ? [] : [`on ${socket}`]),
  path: ({ path }) => [`starts in ${path}`],
  sharesWindowsOf: ({ sharesWindowsOf }) =>
    sharesWindowsOf === null ? [] : [`shares the windows of ${sharesWindowsOf}`],
  sharedWindow: ({ sharedWindow }) => (sharedWindow === null ? [] : [`shows window ${sharedWindow}`]),
  sharedLastWindow: ({ sharedLastWindow }) =>
    sharedLastWindow === null ? [] : [`showed window ${sharedLastWindow} before`],
  settings: ({ settings }) => settingsWords(settings),
  // Below.
  windows: null,
  links: null,
  gonePanes: null,
};

const windowFields: Fields<Window> = {
  // In the heading.
  index: null,
  name: null,
  automaticName: null,
  active: null,
  last: null,
  zoomed: null,
  // The layout of a single pane shows only the size of the last attached terminal.
  layout: ({ layout, panes }, words) => (layout === null || panes.length < 2 ? [] : [`layout ${words.layout(layout)}`]),
  options: ({ options }) => options.map(optionWords),
  // Below.
  panes: null,
};

const paneFields: Fields<Pane> = {
  process: null,
  // In the heading.
  index: null,
  active: null,
  tmuxId: null,
  command: null,
  cwd: ({ cwd }) => [`in ${cwd}`],
  program: ({ program }) => (program === null ? [] : [`program ${program.argv.map(shellQuote).join(' ')}`]),
  conversation: ({ conversation }) => (conversation === null ? [] : [conversationWords(conversation)]),
  agent: (pane, words) => (pane.agent === null ? [] : told(agentFields(pane), pane.agent, words)),
  shell: ({ shell }) => (shell === null ? [] : [`shell ${shell.program}${shell.login ? ' (login)' : ''}`]),
  title: ({ title }) => (title === '' ? [] : [`title ${title}`]),
};

function agentFields({ cwd }: Pane): Fields<PaneAgent> {
  return {
    found: ({ name, found }) => [findingWords(name, found)],
    name: null,
    version: ({ version }) => (version === null ? [] : [`version ${version}`]),
    process: null,
    launch: ({ launch }, words) => told(launchFields(cwd), launch, words),
    wrapper: ({ wrapper }) => (wrapper === null ? [] : wrapperWords(wrapper)),
  };
}

function launchFields(cwd: string): Fields<PaneAgent['launch']> {
  return {
    executable: ({ executable, args }) => [`runs ${[executable, ...args].map(shellQuote).join(' ')}`],
    // Behind the executable.
    args: null,
    droppedArgs: ({ droppedArgs }) => droppedArgs.map((arg) => `without ${arg}`),
    env: ({ env }) => Object.entries(env).map(([name, value]) => `with ${name}=${value}`),
    directory: ({ directory }) => (directory === cwd ? [] : [`resumes in ${directory}`]),
  };
}

function told<Part extends object>(fields: Fields<Part>, part: NoInfer<Part>, words: WiringWords): readonly string[] {
  const tellers: readonly (Teller<Part> | null)[] = Object.values(fields);
  return tellers.flatMap((tell) => tell?.(part, words) ?? []);
}

function sessionFacts(entry: SessionEntry, words: WiringWords): readonly WiringFact[] {
  const place = { window: null, pane: null };
  const state =
    entry.state === 'live' ? 'live' : `gone, ${lossWords(entry, { time: words.dateTime(causeTimeOf(entry)) })}`;
  return [
    { text: `session ${entry.name}: ${state}`, depth: 0, ...place },
    ...placed(told(sessionFields, entry, words), { depth: 1, ...place }),
    ...entry.windows.flatMap((window) => windowFacts(window, words)),
    ...entry.links.map((link) => ({ text: linkWords(link), depth: 1, window: link.index, pane: null })),
    ...entry.gonePanes.flatMap((pane) => [
      { text: closedPaneWords(pane), depth: 1, ...place },
      ...placed(told(paneFields, pane, words), { depth: 2, ...place }),
    ]),
  ];
}

function windowFacts(window: Window, words: WiringWords): readonly WiringFact[] {
  const { index, name, automaticName, zoomed, panes } = window;
  const place = { window: index, pane: null };
  const ownName = automaticName ? '' : ` ${name}`;
  return [
    { text: `window ${index}${ownName}${shownWords(window)}${zoomed ? ' (zoomed)' : ''}`, depth: 1, ...place },
    ...placed(told(windowFields, window, words), { depth: 2, ...place }),
    ...panes.flatMap((pane) => [
      { text: `pane ${pane.index}${pane.active ? ' (active)' : ''}`, depth: 2, window: index, pane: pane.index },
      ...placed(told(paneFields, pane, words), { depth: 3, window: index, pane: pane.index }),
    ]),
  ];
}

/** Whether a client shows the window, or showed it before. */
function shownWords({ active, last }: Pick<Window, 'active' | 'last'>): string {
  if (active) return ' (active)';
  return last ? ' (last)' : '';
}

function linkWords(link: WindowLink): string {
  return `window ${link.index}${shownWords(link)} is window ${link.window} of ${link.owner}`;
}

function settingsWords({ options, environment, withheld }: SessionSettings): readonly string[] {
  return [
    ...options.map(optionWords),
    ...environment.map(({ name, value }) => (value === null ? `hides ${name}` : `sets ${name}=${value}`)),
    ...withheld.map((name) => `${name} is not stored`),
  ];
}

function optionWords({ name, value }: Setting): string {
  return `option ${name} ${value}`;
}

function placed(texts: readonly string[], place: Omit<WiringFact, 'text'>): readonly WiringFact[] {
  return texts.map((text) => ({ text, ...place }));
}

function closedPaneWords({ windowName }: GonePane): string {
  return windowName === null ? 'closed pane' : `closed pane of window ${windowName}`;
}

function conversationWords(conversation: Conversation): string {
  return `${conversation.agent} ${conversation.id}${endWords(conversation)}`;
}

function findingWords(agent: string, found: AgentFinding): string {
  switch (found.kind) {
    case 'conversation':
      return `found by ${found.source}, ${found.confidence}`;
    case 'fresh':
      return `${agent}, new`;
    case 'unidentified':
      return `${agent}, conversation not known: ${found.reason}`;
  }
}

function wrapperWords({ words, leftOut }: AgentWrapper): readonly string[] {
  return [
    ...(words.length === 0 ? [] : [`behind ${words.map(shellQuote).join(' ')}`]),
    ...(leftOut === null ? [] : [`without ${leftOut} in front`]),
  ];
}

/** A live entry first, then the gone ones of the same name, the latest first. */
function livesThenLatest(a: SessionEntry, b: SessionEntry): number {
  if (a.state !== b.state) return a.state === 'live' ? -1 : 1;
  return compareText(b.goneAt ?? '', a.goneAt ?? '');
}
