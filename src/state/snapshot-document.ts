import { createHash } from 'node:crypto';
import type { Manifest } from '../core/manifest.ts';

export const snapshotFormatVersion = 1;

/** The largest snapshot that is read; earlier versions wrote up to that. */
export const maxSnapshotBytes = 32 * 1024 * 1024;
/** The largest that is written: 20 times what 200 sessions with an agent each take. */
export const maxWrittenBytes = 8 * 1024 * 1024;
/** Of one user's snapshots in all. */
export const maxStoredBytes = 128 * 1024 * 1024;

/** What a snapshot file holds; the contract is schemas/manifest.schema.json. */
export interface SnapshotDocument {
  readonly formatVersion: 1;
  readonly digest: string;
  readonly manifest: Manifest;
}

/** The text of the snapshot file for a manifest: indented, because administrators read and compare these files. */
export function formatSnapshot(manifest: Manifest): string {
  const document: SnapshotDocument = {
    formatVersion: snapshotFormatVersion,
    digest: digestOf(manifest),
    manifest,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** SHA-256 over the compact JSON of the manifest value as it stands, properties unknown to this version included. */
export function digestOf(manifest: unknown): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(manifest), 'utf8').digest('hex')}`;
}
