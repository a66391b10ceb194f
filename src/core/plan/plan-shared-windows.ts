import type { Action, PlannedLink } from './action.ts';
import type { Claims } from './claims.ts';
import type { SessionFacts } from '../manifest.ts';

/** Finds for each linked window the session that has it: one that comes back now, or one that has lived on. */
export function withLinks(action: Action, actions: readonly Action[]): Action {
  if (action.action !== 'create' && action.action !== 'conflict') return action;
  const { session } = action.candidate;
  const links = session.links.map((link): PlannedLink => {
    const lost = lostBeside(action, link.owner, actions);
    if (lost !== undefined) return { ...link, from: nameToBe(lost) };
    const lives = actionsOn(link.owner, session, actions).some(
      ({ candidate }) => candidate.state === 'live' && isOlder(candidate.session, session),
    );
    return { ...link, from: lives ? link.owner : null };
  });
  return { ...action, links };
}

/**
 * A session that shared the windows of another shares them again under the name that the other one gets. Where a stranger has
 * that name, it waits: no session that a person made is drawn into a group.
 */
export function withOwner(action: Action, actions: readonly Action[], claims: Claims): Action {
  const owner = action.candidate.session.sharesWindowsOf;
  if (owner === null || (action.action !== 'create' && action.action !== 'conflict')) return action;
  const lost = lostBeside(action, owner, actions);
  if (lost === undefined) return action;
  const joins = nameToBe(lost);
  if (joins !== null) return { ...action, joins };
  if (!claims.isTaken(owner)) return action;
  const { candidate, cwd, conversation } = action;
  const reason = `it shares the windows of ${owner}, and another session has that name`;
  return { candidate, cwd, conversation, action: 'hold', reason, selector: null };
}

/** The session of that name which was lost at the same time, and had the windows. */
function lostBeside(
  { candidate: { session, goneAt } }: Action,
  name: string,
  actions: readonly Action[],
): Action | undefined {
  return actionsOn(name, session, actions).find(
    ({ candidate }) =>
      candidate.state === 'gone' && candidate.goneAt === goneAt && candidate.session.sharesWindowsOf === null,
  );
}

/** What is planned for sessions of that name on the same server. */
function actionsOn(name: string, { socket }: SessionFacts, actions: readonly Action[]): readonly Action[] {
  return actions.filter(({ candidate: { session } }) => session.name === name && session.socket === socket);
}

function nameToBe(action: Action): string | null {
  if (action.action === 'create') return action.as;
  return action.action === 'conflict' && action.acts ? action.as : null;
}

/** Whether a session was there when the other one was last seen. A namesake that came later is another session. */
function isOlder({ createdAt }: SessionFacts, { lastSeenAt }: SessionFacts): boolean {
  return createdAt !== null && createdAt <= lastSeenAt;
}
