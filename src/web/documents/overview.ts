import type { UserOverview } from '../../core/report/overview.ts';
import {
  countIn,
  countOrNullIn,
  type Fields,
  listIn,
  requireKind,
  textIn,
  textOrNullIn,
  timeOrNullIn,
  wordIn,
} from './fields.ts';
import { causeIn } from './picker.ts';

/** All users, and the health of the saves, for an administrator (schemas/overview.schema.json). */
export interface Overview {
  readonly users: readonly UserOverview[];
  readonly health: readonly HealthLine[];
}

export interface HealthLine {
  readonly severity: 'ok' | 'warning' | 'error';
  readonly text: string;
}

/** Throws DocumentError. */
export function overviewFrom(fields: Fields): Overview {
  requireKind(fields, 'overview');
  return { users: listIn(fields, 'users', userFrom), health: listIn(fields, 'health', healthFrom) };
}

function userFrom(fields: Fields): UserOverview {
  return {
    user: textIn(fields, 'user'),
    live: countOrNullIn(fields, 'live'),
    lost: countIn(fields, 'lost'),
    lastSavedAt: timeOrNullIn(fields, 'lastSavedAt'),
    saveProblem: textOrNullIn(fields, 'saveProblem'),
    lastLossAt: timeOrNullIn(fields, 'lastLossAt'),
    lastCause: causeIn(fields, 'lastCause'),
  };
}

function healthFrom(fields: Fields): HealthLine {
  return { severity: wordIn(fields, 'severity', ['ok', 'warning', 'error']), text: textIn(fields, 'text') };
}
