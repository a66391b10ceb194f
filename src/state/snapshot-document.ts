import { createHash } from 'node:crypto';
import type { Manifest } from '../core/manifest.ts';
import { counted } from '../core/text.ts';
import { validateSnapshot } from './validate-snapshot.gen.js';

const snapshotFormatVersion = 1;

/** The largest snapshot that is read, because earlier versions wrote up to that size. */
export const maxSnapshotBytes = 32 * 1024 * 1024;
/** The largest snapshot that is written: 20 times the size of 200 sessions with an agent each. */
export const maxWrittenBytes = 8 * 1024 * 1024;
/** The limit for all snapshots of one user. */
export const maxStoredBytes = 128 * 1024 * 1024;

/** The content of a snapshot file. The contract is schemas/manifest.schema.json. */
export interface SnapshotDocument {
  readonly formatVersion: 1;
  readonly digest: string;
  readonly manifest: Manifest;
}

/**
 * The text of the snapshot file for a manifest. It is indented, because administrators read and compare these files.
 */
export function formatSnapshot(manifest: Manifest): string {
  const document: SnapshotDocument = {
    formatVersion: snapshotFormatVersion,
    digest: digestOf(manifest),
    manifest,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** SHA-256 of the manifest's compact JSON as stored, including properties unknown to this version. */
export function digestOf(manifest: unknown): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(manifest), 'utf8').digest('hex')}`;
}

export type ParsedSnapshot =
  { readonly kind: 'valid'; readonly manifest: Manifest } | { readonly kind: 'damaged'; readonly reason: string };

/** Parses a snapshot of this user. Anything but a complete and valid record is `damaged`, with the reason. */
export function parseSnapshot(text: string, user: string): ParsedSnapshot {
  if (Buffer.byteLength(text) > maxSnapshotBytes) return damaged('it is larger than 32 MiB');
  if (text.trim() === '') return damaged(text === '' ? 'it is empty (0 bytes)' : 'it holds nothing but white space');
  const json = parseJson(text);
  if (json.kind === 'damaged') return json;
  const version = formatVersionOf(json.value);
  if (version > snapshotFormatVersion) return damaged(`written by a newer tmux-persist (format ${version})`);
  // Computed before the validator adds defaults, because the digest covers the record as stored.
  const actualDigest = digestOf(manifestIn(json.value));
  if (!validateSnapshot(json.value)) return damaged(firstViolation());
  const { digest, manifest } = json.value;
  if (actualDigest !== digest) return damaged('its digest does not match its content');
  if (manifest.user !== user) return damaged(`it is a record of user ${JSON.stringify(manifest.user)}`);
  return { kind: 'valid', manifest };
}

type ParsedJson =
  { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'damaged'; readonly reason: string };

function parseJson(text: string): ParsedJson {
  try {
    const value: unknown = JSON.parse(text);
    return { kind: 'json', value };
  } catch {
    const isCutOff = text.trimStart().startsWith('{') && !text.endsWith('}\n');
    return damaged(isCutOff ? `it is truncated after ${counted(Buffer.byteLength(text), 'byte')}` : 'it is not JSON');
  }
}

function formatVersionOf(value: unknown): number {
  if (typeof value !== 'object' || value === null || !('formatVersion' in value)) return 0;
  return typeof value.formatVersion === 'number' ? value.formatVersion : 0;
}

function manifestIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'manifest' in value ? value.manifest : null;
}

function firstViolation(): string {
  // ajv adds an error for the `if` itself, which has no useful text.
  const error = validateSnapshot.errors?.find(({ keyword }) => keyword !== 'if');
  if (error === undefined) return 'it does not follow the schema';
  return `${error.instancePath === '' ? 'the document' : error.instancePath} ${error.message ?? 'is not allowed'}`;
}

function damaged(reason: string): { readonly kind: 'damaged'; readonly reason: string } {
  return { kind: 'damaged', reason };
}
