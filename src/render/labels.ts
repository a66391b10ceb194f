import type { Action } from '../core/plan/action.ts';
import type { Candidate } from '../core/plan/candidate.ts';
import { type Conversation, isSameConversation, labelOf, type PaneAgent } from '../core/conversation.ts';
import type { Killer } from '../core/endings.ts';
import {
  type Pane,
  type PaneProgram,
  panesOf,
  recordedPanesOf,
  type SessionFacts,
  shownPaneOf,
} from '../core/manifest.ts';
import { shellQuote } from '../core/own-command.ts';
import { programToStart } from '../core/pane-program.ts';
import type { UserPlan } from '../core/plan/plan.ts';
import { counted } from '../core/text.ts';
import { serverLossWords, type ServerWideCause } from './loss-words.ts';
import { printable } from './text/printable.ts';

/** `claude 3f36c85e`, or `shell` without a conversation. */
export function conversationLabel(conversation: Pick<Conversation, 'agent' | 'id'> | null): string {
  if (conversation === null) return 'shell';
  return printable(labelOf(conversation));
}

/**
 * The content of a pane: `claude 3f36c85e`, `claude, new`, `shell`, or `shell (claude: why its conversation is not
 * known)`.
 */
export function agentLabel(conversation: Conversation | null, agent: PaneAgent | null): string {
  if (conversation !== null || agent === null) return conversationLabel(conversation);
  switch (agent.found.kind) {
    case 'fresh':
      return printable(`${agent.name}, new`);
    case 'unidentified':
      return printable(`shell (${agent.name}: ${agent.found.reason})`);
    case 'conversation':
      return 'shell';
  }
}

/** The content of a pane, with its program where it would otherwise be a shell: `vim notes.md`. */
export function heldLabel(
  conversation: Conversation | null,
  agent: PaneAgent | null,
  program: PaneProgram | null,
): string {
  const isProgram = program !== null && conversation === null;
  return isProgram ? programLabel(program) : agentLabel(conversation, agent);
}

const maxProgramLabel = 60;

function programLabel({ argv }: PaneProgram): string {
  const line = printable(argv.map(shellQuote).join(' '));
  const characters = Array.from(line);
  return characters.length <= maxProgramLabel ? line : `${characters.slice(0, maxProgramLabel - 1).join('')}…`;
}

/**
 * How the conversation was found, and how sure that is; empty when no conversation is known, or when nobody recorded
 * how.
 */
export function sourceWords(agent: PaneAgent | null): string {
  return agent?.found.kind === 'conversation' ? `${agent.found.source}, ${agent.found.confidence}` : '';
}

/**
 * The agent that a plan line is about: the one of its conversation. Without one, an agent with an unknown conversation,
 * preferably in the pane that a client would show. null for a shell.
 */
export function agentOfAction({ candidate: { session }, conversation }: Action): PaneAgent | null {
  const panes = [shownPaneOf(session) ?? [], ...recordedPanesOf(session)].flat();
  const isMeant = (pane: Pane): boolean =>
    conversation === null
      ? pane.conversation === null && pane.agent !== null
      : pane.conversation !== null && isSameConversation(pane.conversation, conversation);
  return panes.find(isMeant)?.agent ?? null;
}

/**
 * The program that a plan line is about, which is in the pane that a client would show, else in the first that has one;
 * null where the line is about an agent, and for a shell.
 */
export function programOfAction(action: Action, listed: readonly string[]): PaneProgram | null {
  const agent = agentOfAction(action);
  if (action.conversation !== null || (agent !== null && agent.found.kind !== 'conversation')) return null;
  const { session } = action.candidate;
  const shown = shownPaneOf(session);
  const panes = [...(shown === null ? [] : [shown]), ...panesOf(session)];
  return panes.flatMap((pane) => programToStart(pane, listed) ?? [])[0] ?? null;
}

/** A directory as its owner would write it, with `~` for the home. */
export function directoryLabel(directory: string, home: string | null): string {
  if (home === null || home === '/') return printable(directory);
  if (directory === home) return '~';
  return printable(directory.startsWith(`${home}/`) ? `~${directory.slice(home.length)}` : directory);
}

/** The name of a session, with its server where that is not the default one: `notes`, `notes on work`. */
export function sessionLabel(session: Pick<SessionFacts, 'name' | 'socket'>): string {
  return printable(sessionWords(session));
}

/** The same, not yet fit for a terminal. */
export function sessionWords({ name, socket }: Pick<SessionFacts, 'name' | 'socket'>): string {
  if (socket === null) return name;
  const file = socket.slice(socket.lastIndexOf('/') + 1);
  return `${name} on ${file === 'default' ? socket : file}`;
}

/** The observation of a user's tmux, for the header of that user's part of a plan. */
export function serverWords(user: UserPlan, briefTime: (time: string) => string): string {
  const others = (user.observation.beside?.managed ?? []).flatMap(({ socket, observation }) =>
    observation.kind === 'observed' ? [`, ${observation.sessions.length} on ${printable(socket)}`] : [],
  );
  return `${defaultServerWords(user, briefTime)}${others.join('')}`;
}

function defaultServerWords({ observation, candidates }: UserPlan, briefTime: (time: string) => string): string {
  switch (observation.kind) {
    case 'observed':
      return `tmux: ${counted(observation.sessions.length, 'session')}`;
    case 'unknown':
      return `tmux: unknown: ${printable(observation.reason)}`;
    case 'absent': {
      const loss = latestServerLoss(candidates);
      return loss === null ? 'tmux: no server' : `tmux: no server (${serverLossWords(loss, briefTime(loss.goneAt))})`;
    }
  }
}

export interface ServerLoss {
  readonly cause: ServerWideCause;
  readonly goneAt: string;
  readonly killer: Killer | null;
}

/** The latest loss of the server itself, from the record; null when the record has none. */
export function latestServerLoss(candidates: readonly Candidate[]): ServerLoss | null {
  const losses = candidates.flatMap(({ cause, goneAt, killer }): readonly ServerLoss[] =>
    goneAt !== null && (cause === 'reboot' || cause === 'server-died' || cause === 'server-stopped')
      ? [{ cause, goneAt, killer }]
      : [],
  );
  return losses.reduce<ServerLoss | null>(
    (latest, one) => (latest === null || one.goneAt > latest.goneAt ? one : latest),
    null,
  );
}
