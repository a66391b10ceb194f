import type { ConflictAction, CreateAction } from '../../core/action.ts';
import type { Conversation } from '../../core/conversation.ts';
import { type Pane, panesOf } from '../../core/manifest.ts';
import type { Account } from '../../system/account.ts';
import type { PaneRequest, SessionRequest } from '../../tmux/session-request.ts';
import type { PaneStart } from './agent-commands.ts';
import type { RestorableDirectory } from './restorable-directories.ts';
import { shellStartOf } from './shell-command.ts';

export type CreatingAction = CreateAction | ConflictAction;

/** What an action amounts to: what tmux is asked for, and what is to be said about it. */
export interface SessionBuild {
  readonly action: CreatingAction;
  readonly request: SessionRequest;
  /** The agents that are started in it. */
  readonly agents: readonly Extract<PaneStart, { kind: 'agent' }>[];
  /** What will not be as it was. */
  readonly notes: readonly string[];
  /** Conversations that cannot come back. */
  readonly lost: readonly Conversation[];
  /** Whether a pane that had a conversation gets none, whatever keeps it. */
  readonly lacksConversation: boolean;
}

export interface BuildingFacts {
  readonly account: Account;
  readonly directories: ReadonlyMap<string, RestorableDirectory>;
  readonly startOf: (pane: Pane) => PaneStart;
}

/** Works out what to ask of tmux for an action. */
export function sessionBuild(action: CreatingAction, facts: BuildingFacts): SessionBuild {
  const { session } = action.candidate;
  const starts = new Map(panesOf(action).map((pane) => [pane, facts.startOf(pane)] as const));
  const shells = [...starts.values()].flatMap((start) => (start.kind === 'shell' ? [start] : []));
  const moved = [...new Set(directoriesOf(action))].flatMap((path) => facts.directories.get(path)?.note ?? []);
  const shellNotes = [
    ...new Set(panesOf(action).flatMap(({ shell }) => shellStartOf(shell, facts.account).note ?? [])),
  ];
  return {
    action,
    request: {
      name: action.as,
      path: placed(session.path, facts),
      sharesWindowsOf: session.sharesWindowsOf,
      sharedWindow: session.sharedWindow,
      windows: action.windows.map((window) => ({
        ...window,
        panes: window.panes.map((pane) => paneRequest(pane, starts.get(pane), facts)),
      })),
    },
    agents: [...starts.values()].flatMap((start) => (start.kind === 'agent' ? [start] : [])),
    notes: [...moved, ...shellNotes, ...shells.flatMap(({ note }) => note ?? [])],
    lost: shells.flatMap(({ lost }) => lost ?? []),
    lacksConversation: panesOf(action).some((pane) => pane.conversation !== null && starts.get(pane)?.kind === 'shell'),
  };
}

/** Every directory that an action needs. */
export function directoriesOf({ candidate, windows }: CreatingAction): readonly string[] {
  return [candidate.session.path, ...panesOf({ windows }).map(directoryOf)];
}

/** An agent finds its conversation only from the directory that the conversation belongs to. */
function directoryOf({ agent, conversation, cwd }: Pane): string {
  return conversation === null ? cwd : (agent?.launch.directory ?? cwd);
}

function placed(path: string, { account, directories }: BuildingFacts): string {
  return directories.get(path)?.path ?? account.home;
}

function paneRequest(pane: Pane, start: PaneStart | undefined, facts: BuildingFacts): PaneRequest {
  return {
    active: pane.active,
    cwd: placed(directoryOf(pane), facts),
    command: start?.kind === 'agent' ? start.command : shellStartOf(pane.shell, facts.account).command,
  };
}
