import type { Candidate } from './candidate.ts';
import type { Conversation } from '../conversation.ts';
import type { Pane, SessionFacts, Window, WindowLink } from '../manifest.ts';

/** One line of a plan about one session entry. */
export type Action = CreateAction | ResumeAction | ConflictAction | HoldAction | LiveAction;

interface ActionFacts {
  readonly candidate: Candidate;
  readonly cwd: string;
  /** The conversation that the line is about; null for a shell session. */
  readonly conversation: Conversation | null;
  readonly reason: string;
}

export interface CreateAction extends ActionFacts {
  readonly action: 'create';
  /** The name to create it under. */
  readonly as: string;
  /** The session whose windows it shares, by the name that this one has or gets; null for one with windows of its own. */
  readonly joins: string | null;
  /** What to build: panes hold only the conversations that are to be started. */
  readonly windows: readonly Window[];
  readonly links: readonly PlannedLink[];
}

export interface PlannedLink extends WindowLink {
  /** The session to take the window from, by the name that it has or gets; null when it is not there. */
  readonly from: string | null;
}

/** Live, and asked for: a conversation that has ended is started again in the place of the idle shell that it left. */
export interface ResumeAction extends ActionFacts {
  readonly action: 'resume';
  readonly ended: EndedPane;
  /** The live session that it starts in. */
  readonly into: Pick<SessionFacts, 'name' | 'socket' | 'tmuxId'>;
}

/** A pane of a live session whose conversation has ended. */
export interface EndedPane {
  readonly pane: Pane;
  readonly place: ResumePlace;
  readonly conversation: Conversation;
}

/** Where an ended conversation starts again: in its old pane, or in a new window when that pane is gone. */
export type ResumePlace =
  | {
      readonly kind: 'pane';
      /** tmux's `%N`. */ readonly paneId: string;
      /** Its program has ended, too. */ readonly isDead: boolean;
    }
  | { readonly kind: 'window'; /** null where tmux names it. */ readonly name: string | null };

/**
 * A lost session with a conversation, whose name another session has. `apply` creates it beside, only when asked to.
 */
export interface ConflictAction extends ActionFacts {
  readonly action: 'conflict';
  readonly as: string;
  readonly joins: string | null;
  readonly windows: readonly Window[];
  readonly links: readonly PlannedLink[];
  readonly acts: boolean;
  readonly selector: string;
}

interface HoldAction extends ActionFacts {
  readonly action: 'hold';
  /** The selector that names only this session on the command line; null when no command would bring it back now. */
  readonly selector: string | null;
}

export interface LiveAction extends ActionFacts {
  readonly action: 'live';
  /** An ended conversation of this session that the user can ask to resume; null without one. */
  readonly offer: ResumeOffer | null;
}

export interface ResumeOffer {
  readonly conversation: Conversation;
  /** What names it on the command line, with all others that have ended in the session. */
  readonly selector: string;
  /** How many others have ended in the session, and can be resumed. */
  readonly others: number;
}

/** An action that makes `apply` change something. */
export type PendingAction = CreateAction | ResumeAction | ConflictAction;

/** Whether `apply` would change something for this action. */
export function isPending(action: Action): action is PendingAction {
  switch (action.action) {
    case 'create':
    case 'resume':
      return true;
    case 'conflict':
      return action.acts;
    case 'hold':
    case 'live':
      return false;
  }
}
