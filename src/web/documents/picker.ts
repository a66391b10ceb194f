import { type Cause, causes } from '../../core/manifest.ts';
import {
  countIn,
  fieldsOf,
  type Fields,
  flagIn,
  listIn,
  requireKind,
  textIn,
  textOrNullIn,
  timeIn,
  timeOrNullIn,
  wordIn,
} from './fields.ts';

/** All that the page shows of one user (schemas/picker.schema.json). */
export interface Picker {
  readonly user: string;
  readonly isAdmin: boolean;
  /** Why it is not known what runs; null when it is known. */
  readonly unknownBecause: string | null;
  readonly isWatched: boolean;
  readonly now: string;
  readonly live: readonly LiveSession[];
  /** The newest loss first. */
  readonly lost: readonly LostSession[];
  /** Newest first. */
  readonly snapshots: readonly SnapshotLine[];
  /** The newest snapshot; null without one. */
  readonly selection: Selection | null;
}

interface SessionWords {
  readonly name: string;
  readonly directory: string;
  readonly agent: string | null;
  readonly conversation: string | null;
}

export interface LiveSession extends SessionWords {
  readonly since: string | null;
  readonly windows: number;
}

export interface LostSession extends SessionWords {
  readonly cause: Cause | null;
  readonly goneAt: string;
  readonly words: string;
  readonly comesBack: boolean;
}

export interface SnapshotLine {
  readonly id: string;
  readonly takenAt: string;
  readonly live: number;
  readonly isNewest: boolean;
  readonly lost: number;
  readonly cause: Cause | null;
  readonly appeared: number;
  readonly closed: number;
}

/** The sessions of one snapshot against what runs (schemas/selection.schema.json). */
export interface Selection {
  readonly id: string;
  readonly rows: readonly SelectionRow[];
}

export interface SelectionRow extends SessionWords {
  readonly windows: number;
  readonly action: (typeof rowActions)[number];
  readonly target: string | null;
  readonly isTicked: boolean;
  readonly closedAt: string | null;
  readonly cause: Cause | null;
  readonly goneAt: string | null;
  readonly reason: string;
}

const rowActions = ['new', 'suffixed', 'in_place', 'skip'] as const;

/** Throws DocumentError. */
export function pickerFrom(fields: Fields): Picker {
  requireKind(fields, 'picker');
  const selection = fields['selection'];
  return {
    user: textIn(fields, 'user'),
    isAdmin: flagIn(fields, 'isAdmin'),
    unknownBecause: flagIn(fields, 'observed') ? null : (textOrNullIn(fields, 'reason') ?? 'nothing tells why'),
    isWatched: wordIn(fields, 'watch', ['running', 'none']) === 'running',
    now: timeIn(fields, 'now'),
    live: listIn(fields, 'live', liveFrom),
    lost: listIn(fields, 'lost', lostFrom),
    snapshots: listIn(fields, 'snapshots', snapshotFrom),
    selection: selection === null ? null : rowsFrom(fieldsOf(selection)),
  };
}

/** Throws DocumentError. */
export function selectionFrom(fields: Fields): Selection {
  requireKind(fields, 'selection');
  return rowsFrom(fields);
}

function wordsFrom(fields: Fields): SessionWords {
  return {
    name: textIn(fields, 'name'),
    directory: textIn(fields, 'directory'),
    agent: textOrNullIn(fields, 'agent'),
    conversation: textOrNullIn(fields, 'conversation'),
  };
}

function liveFrom(fields: Fields): LiveSession {
  return { ...wordsFrom(fields), since: timeOrNullIn(fields, 'since'), windows: countIn(fields, 'windows') };
}

function lostFrom(fields: Fields): LostSession {
  return {
    ...wordsFrom(fields),
    cause: causeIn(fields),
    goneAt: timeIn(fields, 'goneAt'),
    words: textIn(fields, 'words'),
    comesBack: flagIn(fields, 'comesBack'),
  };
}

function snapshotFrom(fields: Fields): SnapshotLine {
  return {
    id: textIn(fields, 'id'),
    takenAt: timeIn(fields, 'takenAt'),
    live: countIn(fields, 'live'),
    isNewest: flagIn(fields, 'isNewest'),
    lost: countIn(fields, 'lost'),
    cause: causeIn(fields),
    appeared: countIn(fields, 'appeared'),
    closed: countIn(fields, 'closed'),
  };
}

function rowsFrom(fields: Fields): Selection {
  return { id: textIn(fields, 'id'), rows: listIn(fields, 'rows', rowFrom) };
}

function rowFrom(fields: Fields): SelectionRow {
  return {
    ...wordsFrom(fields),
    windows: countIn(fields, 'windows'),
    action: wordIn(fields, 'action', rowActions),
    target: textOrNullIn(fields, 'target'),
    isTicked: flagIn(fields, 'isTicked'),
    closedAt: timeOrNullIn(fields, 'closedAt'),
    cause: causeIn(fields),
    goneAt: timeOrNullIn(fields, 'goneAt'),
    reason: textIn(fields, 'reason'),
  };
}

export function causeIn(fields: Fields, key = 'cause'): Cause | null {
  return fields[key] === null ? null : wordIn(fields, key, causes);
}
