import { countIn, fieldsOf, type Fields, listIn, textIn, textsIn, wordIn } from './fields.ts';

/** One line of a restore that is on its way (schemas/progress.schema.json). */
export type ProgressEvent =
  | { readonly event: 'begin'; readonly sessions: readonly PlannedSession[] }
  | ({ readonly event: 'session' } & SessionResult)
  | { readonly event: 'end'; readonly exitCode: number }
  | ({ readonly event: 'error'; readonly exitCode: number } & Refused);

/** Why there is no result. */
export interface Refused {
  readonly messages: readonly string[];
  /** What was asked for and is not known on this host; null for a reason that an administrator must see to. */
  readonly unknown: string | null;
}

export interface PlannedSession {
  readonly name: string;
  readonly target: string;
}

export interface SessionResult extends PlannedSession {
  readonly outcome: Outcome;
  readonly notes: readonly string[];
}

export type Outcome = (typeof outcomes)[number];

const outcomes = ['created', 'created-without-conversation', 'resumed', 'already-live', 'failed', 'deferred'] as const;

/** Throws DocumentError. */
export function progressFrom(fields: Fields): ProgressEvent {
  const event = wordIn(fields, 'event', ['begin', 'session', 'end', 'error']);
  switch (event) {
    case 'begin':
      return { event, sessions: listIn(fields, 'sessions', plannedFrom) };
    case 'session': {
      const outcome = wordIn(fields, 'outcome', outcomes);
      return { event, ...plannedFrom(fields), outcome, notes: textsIn(fields, 'notes') };
    }
    case 'end':
      return { event, exitCode: countIn(fields, 'exitCode') };
    case 'error':
      return { event, exitCode: countIn(fields, 'exitCode'), ...refusedFrom(fieldsOf(fields['document'])) };
  }
}

/** What a document `error` says. Throws DocumentError. */
export function refusedFrom(fields: Fields): Refused {
  const { unknown = null } = fields;
  return {
    messages: listIn(fields, 'errors', (error) => textIn(error, 'message')),
    unknown: unknown === null ? null : textIn(fields, 'unknown'),
  };
}

function plannedFrom(fields: Fields): PlannedSession {
  return { name: textIn(fields, 'name'), target: textIn(fields, 'target') };
}
