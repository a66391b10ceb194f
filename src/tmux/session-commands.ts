import { type Chain, chainOf, type PartedChain } from './command-file.ts';
import type { Setting, Variable } from '../core/settings.ts';
import { sizeOfLayout } from './layout.ts';
import { commandFileLine, decodeField, encodedField, isTargetName, literalFormat, unescapeName } from './tmux-text.ts';
import { commandWords, movedTo, windowCommands, windowNameWords, type WindowRequest } from './window-commands.ts';

/** A session to create, as recorded. */
export interface SessionRequest {
  /** As tmux showed it: vis(3)-escaped. */
  readonly name: string;
  /**
   * The start directory of a session without its own windows. The caller has checked it, because tmux falls back
   * silently.
   */
  readonly path: string;
  /** Name of the session whose windows it shares. It then needs no windows of its own. */
  readonly sharesWindowsOf: string | null;
  /** Index of the window that it then shows; null for any window. */
  readonly sharedWindow: number | null;
  /** Index of the window that it showed before; null for none. */
  readonly sharedLastWindow: number | null;
  readonly windows: readonly WindowRequest[];
  readonly options: readonly Setting[];
  readonly environment: readonly Variable[];
}

/** tmux's answer about a session that it has just created. */
export interface CreatedSession {
  readonly tmuxId: string;
  readonly name: string;
}

const toldFormats = ['#{session_id}', encodedField('session_name')] as const;

/**
 * Creates a session with all its content as one chain, so that it is complete or missing. If its name could mean
 * another session, the chain creates only the first part, because the rest then needs the session's id.
 */
export function creatingChain(request: SessionRequest, ability: Ability): PartedChain {
  const head = (row: string): readonly (readonly string[])[] => [
    newSessionWords(request, row, ability),
    keepUnattached,
  ];
  const isTarget = isTargetName(request.name);
  return { head, parts: isTarget ? remainingChains(request, `=${request.name}`, ability) : [] };
}

/** What a server can do that not every supported version can. */
export interface Ability {
  /** `new-session -e`, since 3.2. */
  readonly givesEnvironment: boolean;
}

/** What a server can do, by what its `list-commands` prints. */
export function abilityOf(commands: string): Ability {
  return { givesEnvironment: /^new-session .*\[-e /m.test(commands) };
}

/**
 * With `destroy-unattached on`, tmux would soon remove a session without a client. This turns the option off for the
 * new session, which is the current one of the chain. The user's setting for all sessions no longer applies to it,
 * unless the user sets the option again.
 */
const keepUnattached: readonly string[] = [
  'if-shell',
  '-F',
  '#{&&:#{destroy-unattached},#{!=:#{destroy-unattached},off}}',
  commandFileLine(['set-option', 'destroy-unattached', 'off']),
];

/** Creates a session with its first window and pane, or only with its start directory. */
function newSessionWords(request: SessionRequest, row: string, ability: Ability): readonly string[] {
  const window = request.windows[0];
  const first = firstPane(request);
  const size = sizeOfLayout(window?.layout ?? '');
  return [
    ...creatingWords(request.name, first?.from ?? request.path, row),
    ...(ability.givesEnvironment ? environmentWords(request) : []),
    ...(size === null ? [] : ['-x', String(size.columns), '-y', String(size.rows)]),
    ...(window === undefined ? [] : windowNameWords(window)),
    ...commandWords(first),
  ];
}

/** Creates a session that shares the windows of another one, and selects the windows that it showed. */
export function joiningChain(request: SessionRequest, ownerId: string): PartedChain {
  const { name, path, sharedWindow, sharedLastWindow } = request;
  const create = (row: string): readonly string[] => [...creatingWords(name, path, row), '-t', ownerId];
  // If the name is no target, or a hook changes it meanwhile, only these parts fail. The outcome reports that.
  const target = `=${name}`;
  const shown = [sharedLastWindow, sharedWindow].flatMap((index) => (index === null ? [] : [index]));
  return {
    head: (row) => [create(row), keepUnattached],
    parts: [
      ...(request.environment.length === 0 ? [] : [chainOf(environmentCommands(request, target))]),
      ...shown.map((index) => chainOf([['select-window', '-t', `${target}:${index}`]])),
      ...request.options.map((option) => chainOf([optionWords(option, `${target}:`)])),
    ],
  };
}

/**
 * The remaining work for a session that has its first pane, in an order that tmux accepts. When a part fails, nothing
 * replaces it. `session` is an id or an exact name, because tmux would match a bare name by its beginning.
 */
export function remainingChains(request: SessionRequest, session: string, ability: Ability): readonly Chain[] {
  return partsOf(request, ability).map((part) => partChain(part, request, session));
}

/** A part of the work for a session that has its first pane. */
type Part =
  /** Comes before the windows, because a pane keeps the environment that it starts with. */
  | { readonly kind: 'environment'; readonly respawns: boolean }
  | { readonly kind: 'window'; readonly window: WindowRequest; readonly isFirst: boolean }
  | { readonly kind: 'option'; readonly option: Setting; /** null is the session. */ readonly window: number | null }
  | { readonly kind: 'own-size' }
  | { readonly kind: 'show'; readonly window: number };

function partsOf(request: SessionRequest, { givesEnvironment }: Ability): readonly Part[] {
  const { environment, windows, options } = request;
  const [last, active] = [windows.find((one) => one.last), windows.find((one) => one.active)];
  const shown = windows.length > 1 ? [last, active] : [];
  const hasSize = sizeOfLayout(windows[0]?.layout ?? '') !== null;
  const isSizeOwn = options.some(({ name }) => name === 'default-size');
  const ofSession = options.map((option): Part => ({ kind: 'option', option, window: null }));
  return [
    ...(environment.length === 0 ? [] : [{ kind: 'environment', respawns: !givesEnvironment } as const]),
    ...ofSession.filter(isForNewPanes),
    ...windows.map((window, at): Part => ({ kind: 'window', window, isFirst: at === 0 })),
    ...windows.flatMap((window) =>
      window.options.map((option): Part => ({ kind: 'option', option, window: window.index })),
    ),
    ...ofSession.filter((part) => !isForNewPanes(part)),
    ...(hasSize && !isSizeOwn ? [{ kind: 'own-size' } as const] : []),
    ...shown.flatMap((window): readonly Part[] =>
      window === undefined ? [] : [{ kind: 'show', window: window.index }],
    ),
  ];
}

/** The other options come after the windows: some of them renumber windows, or start other programs in them. */
function isForNewPanes(part: Part): boolean {
  return part.kind === 'option' && part.option.name === 'history-limit';
}

/** The chain of one part for a session in which a window has `found` panes already. */
function partChain(part: Part, request: SessionRequest, session: string, found = 0): Chain {
  switch (part.kind) {
    case 'environment':
      return chainOf([
        ...environmentCommands(request, session),
        ...(part.respawns ? [respawnWords(request, session)] : []),
      ]);
    case 'window':
      return chainOf(windowCommands(part.window, part.isFirst, session, found));
    case 'option':
      return chainOf([
        part.window === null
          ? optionWords(part.option, `${session}:`)
          : optionWords(part.option, `${session}:${part.window}`, '-w'),
      ]);
    case 'own-size':
      // tmux keeps `-x` and `-y` of `new-session` as an option of the session. Later windows would have that size.
      return chainOf([['set-option', '-u', '-t', `${session}:`, 'default-size']]);
    case 'show':
      return chainOf([['select-window', '-t', `${session}:${part.window}`]]);
  }
}

/** The work that a part left undone, for a session that was renamed meanwhile and has `panesIn` panes in each window. */
export function leftChain(
  request: SessionRequest,
  at: number,
  session: string,
  { ability, panesIn }: { readonly ability: Ability; readonly panesIn: (window: number) => number },
): Chain | null {
  const part = partsOf(request, ability)[at];
  if (part === undefined) return null;
  return partChain(part, request, session, part.kind === 'window' ? panesIn(part.window.index) : 0);
}

/** Reads tmux's answer about a created session; null for any other text. */
export function parseCreated(told: string): CreatedSession | null {
  const [, tmuxId, name] = /^(\$\d+)\t(.*)$/.exec(told) ?? [];
  return tmuxId === undefined || name === undefined ? null : { tmuxId, name: decodeField(name) };
}

function creatingWords(name: string, directory: string, row: string): readonly string[] {
  const told = [row, ...toldFormats].join('\t');
  return [
    'new-session',
    '-d',
    // Without `-E` tmux would mark the variables in `update-environment` as removed, because this client has none of
    // them. That would hide the values that the user has set for all sessions.
    '-E',
    '-P',
    '-F',
    told,
    '-s',
    literalFormat(unescapeName(name) ?? name),
    '-c',
    literalFormat(directory),
  ];
}

/** The words of the first pane, and the directory in which it starts; null for a session without windows of its own. */
function firstPane(request: SessionRequest): ReturnType<typeof movedTo> | null {
  const pane = request.windows[0]?.panes[0];
  return pane === undefined ? null : movedTo(pane, request.path);
}

function environmentWords({ environment }: SessionRequest): readonly string[] {
  return environment.flatMap(({ name, value }) => (value === null ? [] : ['-e', `${name}=${value}`]));
}

function environmentCommands({ environment }: SessionRequest, session: string): readonly (readonly string[])[] {
  return environment.map(({ name, value }) => [
    ...(['set-environment', '-t', `${session}:`] as const),
    ...(value === null ? ['-r', name] : [name, value]),
  ]);
}

/** Starts the first pane anew, where tmux could not give it the environment of its session. It has only just started. */
function respawnWords(request: SessionRequest, session: string): readonly string[] {
  const first = firstPane(request);
  const directory = literalFormat(first?.from ?? request.path);
  return ['respawn-pane', '-k', '-t', `${session}:^`, '-c', directory, ...commandWords(first)];
}

/** The name of an option is a format (3.3a), and its value is none. */
function optionWords({ name, value }: Setting, target: string, ...flags: readonly string[]): readonly string[] {
  return ['set-option', ...flags, '-t', target, literalFormat(name), value];
}
