// Generated from schemas/manifest.schema.json by scripts/generate-validators.mjs. Do not edit.
import type { SchemaViolation } from '../core/diagnostic.ts';
import type { SnapshotDocument } from './snapshot-document.ts';

export declare const validateSnapshot: {
  (value: unknown): value is SnapshotDocument;
  /** What the last call found; null when it found nothing. */
  readonly errors?: readonly SchemaViolation[] | null;
};
