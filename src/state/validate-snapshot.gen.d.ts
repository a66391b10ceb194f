// Generated from schemas/manifest.schema.json by scripts/generate-validators.mjs. Do not edit.
import type { SchemaViolation } from '../core/diagnostic.ts';
import type { SnapshotDocument } from './snapshot-document.ts';

export declare const validateSnapshot: {
  (value: unknown): value is SnapshotDocument;
  /** The errors of the last call; null when it found none. */
  readonly errors?: readonly SchemaViolation[] | null;
};
