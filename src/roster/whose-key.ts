import type { RosterProblem } from '../core/roster.ts';
import type { Position } from './parse-yaml.ts';
import { segmentsOf } from './problem-words.ts';

/** Whose a place in the roster is. It decides what a mistake there stops: everybody, one user, or nothing. */
type Owner =
  { readonly kind: 'everybody' } | { readonly kind: 'user'; readonly user: string } | { readonly kind: 'other-tools' };

/** The owner of a place: only `persist`, `users` and the account names are this program's. */
export function ownerOf(pointer: string): Owner {
  const [first, user, key] = segmentsOf(pointer);
  if (first === undefined || first === 'persist') return { kind: 'everybody' };
  if (first !== 'users') return { kind: 'other-tools' };
  if (user === undefined) return { kind: 'everybody' };
  return key === undefined || key === 'persist' ? { kind: 'user', user } : { kind: 'other-tools' };
}

/** A mistake at a place, as severe as the owner of the place makes it. */
export function mistakeAt(
  pointer: string,
  position: Position,
  code: RosterProblem['code'],
  message: string,
): RosterProblem {
  const owner = ownerOf(pointer);
  const severity = owner.kind === 'other-tools' ? 'warning' : 'error';
  return { severity, user: owner.kind === 'user' ? owner.user : null, code, ...position, message };
}

/** What is worth a look, and stops nothing. */
export function warningAt(position: Position, code: RosterProblem['code'], message: string): RosterProblem {
  return { severity: 'warning', user: null, code, ...position, message };
}

/** What makes the whole file unusable. */
export function errorAt(position: Position, code: RosterProblem['code'], message: string): RosterProblem {
  return { severity: 'error', user: null, code, ...position, message };
}
