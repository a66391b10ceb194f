import type { Candidate } from './candidate.ts';
import type { Conversation } from './conversation.ts';
import type { Window } from './manifest.ts';

/** One line of a plan about one session entry. */
export type Action = CreateAction | ConflictAction | HoldAction | LiveAction;

interface ActionFacts {
  readonly candidate: Candidate;
  readonly cwd: string;
  /** The conversation that the line is about; null for a shell. */
  readonly conversation: Conversation | null;
  readonly reason: string;
}

export interface CreateAction extends ActionFacts {
  readonly action: 'create';
  /** The name to create it under. */
  readonly as: string;
  /** What to build: panes hold only the conversations that are to be started. */
  readonly windows: readonly Window[];
}

/** Gone with a conversation, while its name is taken. Acted on, beside, only when it was asked for. */
export interface ConflictAction extends ActionFacts {
  readonly action: 'conflict';
  readonly as: string;
  readonly windows: readonly Window[];
  readonly acts: boolean;
  readonly selector: string;
}

export interface HoldAction extends ActionFacts {
  readonly action: 'hold';
  /** What names this session alone on the command line; null when no command would bring it back as things stand. */
  readonly selector: string | null;
}

export interface LiveAction extends ActionFacts {
  readonly action: 'live';
}

/** Whether `apply` would do something about it. */
export function isPending(action: Action): action is CreateAction | ConflictAction {
  switch (action.action) {
    case 'create':
      return true;
    case 'conflict':
      return action.acts;
    case 'hold':
    case 'live':
      return false;
  }
}
