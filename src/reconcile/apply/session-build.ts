import type { ConflictAction, CreateAction } from '../../core/plan/action.ts';
import type { LostConversation } from '../../core/record/ended-conversations.ts';
import { type Pane, panesOf, type SessionFacts, startDirectoryOf } from '../../core/manifest.ts';
import type { Account } from '../../system/host/accounts.ts';
import { checkDirectories, fallbackCandidates } from '../../system/files/directories.ts';
import type { SessionRequest } from '../../tmux/session-commands.ts';
import type { PaneRequest } from '../../tmux/window-commands.ts';
import type { Context } from '../context.ts';
import { type PaneStart, shellStartOf } from './agent-commands.ts';

export type CreatingAction = CreateAction | ConflictAction;

/** The request to tmux for one action, with the notes for the user. */
export interface SessionBuild {
  readonly action: CreatingAction;
  readonly request: SessionRequest;
  /** The agents that start in the session. */
  readonly agents: readonly Extract<PaneStart, { kind: 'agent' }>[];
  /** What will differ from the record. */
  readonly notes: readonly string[];
  /** Conversations that cannot come back. */
  readonly lost: readonly LostConversation[];
  /** Whether a pane that had a conversation gets none, whatever keeps it. */
  readonly lacksConversation: boolean;
}

interface BuildingFacts {
  readonly account: Account;
  readonly directories: ReadonlyMap<string, RestorableDirectory>;
  readonly startOf: (pane: Pane) => PaneStart;
  /** The files that new panes show above their prompts. */
  readonly screens?: ReadonlyMap<Pane, string>;
}

/** Works out the request to tmux for an action. */
export function sessionBuild(action: CreatingAction, facts: BuildingFacts): SessionBuild {
  const { session } = action.candidate;
  const starts = new Map(panesOf(action).map((pane) => [pane, facts.startOf(pane)] as const));
  const shells = [...starts.values()].flatMap((start) => (start.kind === 'shell' ? [start] : []));
  const moved = [...new Set(directoriesOf(action))].flatMap((path) => facts.directories.get(path)?.note ?? []);
  const shellNotes = [
    ...new Set(panesOf(action).flatMap(({ shell }) => shellStartOf(shell, facts.account).note ?? [])),
  ];
  const agents = [...starts.values()].flatMap((start) => (start.kind === 'agent' ? [start] : []));
  return {
    action,
    request: {
      name: action.as,
      path: placed(session.path, facts),
      sharesWindowsOf: action.joins,
      sharedWindow: session.sharedWindow,
      sharedLastWindow: session.sharedLastWindow,
      options: session.settings.options,
      environment: session.settings.environment,
      windows: action.windows.map((window) => ({
        ...window,
        panes: window.panes.map((pane) => paneRequest(pane, starts.get(pane), facts)),
      })),
    },
    agents,
    notes: [
      ...moved,
      ...shellNotes,
      ...[...starts.values()].flatMap(({ note }) => note ?? []),
      ...new Set(agents.flatMap(({ withoutMessage }) => withoutMessage ?? [])),
      ...withheldNotes(session),
    ],
    lost: shells.flatMap(({ lost }) => (lost === null ? [] : [{ conversation: lost, hasStarted: false }])),
    lacksConversation: panesOf(action).some((pane) => pane.conversation !== null && starts.get(pane)?.kind === 'shell'),
  };
}

function withheldNotes({ settings: { withheld } }: SessionFacts): readonly string[] {
  const names = withheld.join(', ');
  return names === '' ? [] : [`set again what was not stored, because it may be secret or is too long: ${names}`];
}

/** Every directory that an action needs. */
export function directoriesOf({ candidate, windows }: CreatingAction): readonly string[] {
  return [candidate.session.path, ...panesOf({ windows }).map(startDirectoryOf)];
}

function placed(path: string, { account, directories }: BuildingFacts): string {
  return directories.get(path)?.path ?? account.home;
}

function paneRequest(pane: Pane, start: PaneStart | undefined, facts: BuildingFacts): PaneRequest {
  return {
    active: pane.active,
    title: pane.title,
    cwd: placed(startDirectoryOf(pane), facts),
    command: showing(
      facts.screens?.get(pane),
      start === undefined || start.kind === 'shell' ? shellStartOf(pane.shell, facts.account).command : start.command,
    ),
  };
}

/** A pane's command that shows a file first. Where only tmux can tell the shell, nothing can be put before it. */
function showing(path: string | undefined, command: PaneRequest['command']): PaneRequest['command'] {
  if (path === undefined || command === null) return command;
  return ['/bin/sh', '-c', showFirst, 'sh', path, ...command];
}

/** A Ctrl-C ends only `cat`. */
const showFirst = 'trap : INT; cat -- "$1" 2>/dev/null; trap - INT; shift; exec "$@"';

interface RestorableDirectory {
  readonly path: string;
  /** The note when it is not the recorded directory; null when it is. */
  readonly note: string | null;
}

type RestorableDirectories =
  | { readonly kind: 'checked'; readonly found: ReadonlyMap<string, RestorableDirectory> }
  | { readonly kind: 'unknown'; readonly reason: string };

const checkTimeoutMs = 10_000;

/**
 * Maps each recorded directory to a usable one: itself, else its nearest existing parent inside the home, else the
 * home, else `/`.
 */
export async function restorableDirectories(
  context: Context,
  account: Account,
  recorded: readonly string[],
): Promise<RestorableDirectories> {
  const candidates = new Map(recorded.map((path) => [path, [path, ...fallbackCandidates(path, account.home)]]));
  const switches = context.invoker.account.uid !== account.uid;
  const asked = [...new Set([...candidates.values()].flat())];
  const check = await checkDirectories(account, switches, asked, checkTimeoutMs);
  if (check.kind === 'failed') return { kind: 'unknown', reason: check.reason };
  const found = [...candidates].map(([path, choices]) => {
    // tmux itself uses `/` when it cannot enter the home either (3.3a).
    const usable = choices.find((choice) => check.usable.get(choice) === true) ?? '/';
    const why = check.silent.has(path) ? 'does not answer' : 'is missing or closed';
    const note = usable === path ? null : `it starts in ${usable}, because ${path} ${why}`;
    return [path, { path: usable, note }] as const;
  });
  return { kind: 'checked', found: new Map(found) };
}
