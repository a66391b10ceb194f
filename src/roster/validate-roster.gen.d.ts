// Generated from schemas/roster.schema.json by scripts/generate-validators.mjs. Do not edit.
import type { SchemaViolation } from '../core/diagnostic.ts';
import type { RosterDocument } from './roster-from.ts';

export declare const validateRoster: {
  (value: unknown): value is RosterDocument;
  /** What the last call found; null when it found nothing. */
  readonly errors?: readonly SchemaViolation[] | null;
};
