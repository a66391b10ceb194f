import type { StoredManifest } from '../core/history.ts';
import { formatVersion } from './json-text.ts';

/** The JSON document of one snapshot. */
export function showDocument({ id, manifest }: StoredManifest) {
  return { formatVersion, kind: 'show' as const, snapshot: id, manifest };
}
