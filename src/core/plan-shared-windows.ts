import type { Action, PlannedLink } from './action.ts';
import type { Claims } from './claims.ts';
import type { SessionFacts } from './manifest.ts';

/** Finds for each linked window the session that has it: one that comes back now, or one that has lived on. */
export function withLinks(action: Action, actions: readonly Action[]): Action {
  if (action.action !== 'create' && action.action !== 'conflict') return action;
  const { session, goneAt } = action.candidate;
  const links = session.links.map((link): PlannedLink => {
    const owners = actions.filter(
      ({ candidate: { session: other } }) => other.name === link.owner && other.socket === session.socket,
    );
    const lost = owners.find(({ candidate }) => candidate.state === 'gone' && candidate.goneAt === goneAt);
    if (lost !== undefined) return { ...link, from: nameToBe(lost) };
    const lives = owners.some(({ candidate }) => candidate.state === 'live' && isOlder(candidate.session, session));
    return { ...link, from: lives ? link.owner : null };
  });
  return { ...action, links };
}

function nameToBe(action: Action): string | null {
  if (action.action === 'create') return action.as;
  return action.action === 'conflict' && action.acts ? action.as : null;
}

/** Whether a session was there when the other one was last seen. A namesake that came later is another session. */
function isOlder({ createdAt }: SessionFacts, { lastSeenAt }: SessionFacts): boolean {
  return createdAt !== null && createdAt <= lastSeenAt;
}

/**
 * A session that shared the windows of another shares them again under the name that the other one gets. Where a stranger has
 * that name, it waits: no session that a person made is drawn into a group.
 */
export function withOwner(action: Action, actions: readonly Action[], claims: Claims): Action {
  const { session, goneAt } = action.candidate;
  const owner = session.sharesWindowsOf;
  if (owner === null || (action.action !== 'create' && action.action !== 'conflict')) return action;
  const lost = actions.find(
    ({ candidate }) =>
      candidate.state === 'gone' &&
      candidate.session.name === owner &&
      candidate.session.socket === session.socket &&
      candidate.session.sharesWindowsOf === null &&
      candidate.goneAt === goneAt,
  );
  if (lost === undefined) return action;
  if (lost.action === 'create' || (lost.action === 'conflict' && lost.acts)) return { ...action, joins: lost.as };
  if (!claims.isTaken(owner)) return action;
  const { candidate, cwd, conversation } = action;
  const reason = `it shares the windows of ${owner}, and another session has that name`;
  return { candidate, cwd, conversation, action: 'hold', reason, selector: null };
}
