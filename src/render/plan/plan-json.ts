import { type Action, isPending } from '../../core/plan/action.ts';
import type { PaneAgent } from '../../core/conversation.ts';
import type { Killer } from '../../core/endings.ts';
import { sessionCommand, sessionCommandArgv } from '../../core/own-command.ts';
import type { Plan, UserPlan } from '../../core/plan/plan.ts';
import { formatVersion } from '../text/json-text.ts';
import { killerDocument } from '../killer-words.ts';
import { agentOfAction, programOfAction } from '../labels.ts';

/** The JSON document of a plan, as `schemas/plan.schema.json` describes it. */
export function planDocument(plan: Plan) {
  return {
    formatVersion,
    kind: 'plan' as const,
    host: plan.host,
    createdAt: plan.createdAt,
    roster: { path: plan.roster.path, users: plan.roster.users },
    users: plan.users.map((user) => ({
      ...userFields(user),
      actions: user.actions.map((action) => actionFields(action, user, plan)),
    })),
    units: plan.units.actions,
    unitDropIns: plan.units.dropIns,
    unitOverrides: plan.units.overrides,
    unitsLeftAlone: plan.units.leftAlone,
    diagnostics: plan.diagnostics,
    summary: plan.summary,
    pending: plan.pending,
    complete: plan.complete,
  };
}

/** A document's fields about a user, without the actions. */
export function userFields(user: UserPlan) {
  return {
    user: user.rosterUser.name,
    observation: user.observation.kind,
    reason: reasonFor(user),
    snapshot: user.snapshot,
  };
}

/** A document's fields about an action, without its outcome. */
export function actionFields(action: Action, user: UserPlan, reader: Plan) {
  const { candidate } = action;
  const agent = agentOfAction(action);
  return {
    action: action.action,
    session: candidate.session.name,
    socket: candidate.session.socket,
    as: 'as' in action ? action.as : candidate.session.name,
    cwd: action.cwd,
    conversation: conversationFields(action, agent),
    agent: agentFields(agent),
    program: programOfAction(action, user.rosterUser.policy.programs),
    cause: candidate.cause,
    killer: killerDocument(killerOf(action)),
    reason: action.reason,
    lastSeenAt: candidate.session.lastSeenAt,
    goneAt: candidate.goneAt,
    fromSnapshot: candidate.snapshot,
    pending: isPending(action),
    command: commandFor(action, (selector) => sessionCommand(reader, user.rosterUser.name, selector)),
    commandArgv: commandFor(action, (selector) => sessionCommandArgv(reader, user.rosterUser.name, selector)),
  };
}

/** Who killed the session or its server, or the agent of the ended conversation that the action is about. */
function killerOf(action: Action): Killer | null {
  switch (action.action) {
    case 'resume':
      return action.conversation?.ended?.killer ?? null;
    case 'live':
      return action.offer?.conversation.ended?.killer ?? null;
    case 'create':
    case 'hold':
    case 'conflict':
      return action.candidate.killer;
  }
}

function conversationFields({ conversation }: Action, agent: PaneAgent | null) {
  if (conversation === null) return null;
  const found = agent?.found.kind === 'conversation' ? agent.found : null;
  return {
    agent: conversation.agent,
    id: conversation.id,
    source: found?.source ?? null,
    confidence: found?.confidence ?? null,
  };
}

function agentFields(agent: PaneAgent | null) {
  if (agent === null) return null;
  const { name, version, found } = agent;
  return { name, version, found: found.kind, reason: found.kind === 'unidentified' ? found.reason : null };
}

function reasonFor({ observation, hasAccount, rosterUser }: UserPlan): string | null {
  if (observation.kind === 'unknown') return observation.reason;
  if (!hasAccount) return 'no account';
  return rosterUser.parked ? 'parked' : null;
}

/** The command that restores the session, or its ended conversation; null when none is needed, or none would work. */
function commandFor<Command>(action: Action, commandOf: (selector: string) => Command): Command | null {
  switch (action.action) {
    case 'conflict':
      return commandOf(action.selector);
    case 'hold':
      return action.selector === null ? null : commandOf(action.selector);
    case 'live':
      return action.offer === null ? null : commandOf(action.offer.selector);
    case 'create':
    case 'resume':
      return null;
  }
}
