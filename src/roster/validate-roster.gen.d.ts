// Generated from schemas/roster.schema.json by scripts/generate-validators.mjs. Do not edit.
import type { SchemaViolation } from '../core/diagnostic.ts';
import type { RosterDocument } from './roster-from.ts';

export declare const validateRoster: {
  (value: unknown): value is RosterDocument;
  /** The errors of the last call; null when it found none. */
  readonly errors?: readonly SchemaViolation[] | null;
};
