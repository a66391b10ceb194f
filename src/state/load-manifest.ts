import { join } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { Manifest } from '../core/manifest.ts';
import { importSeries } from '../predecessor/import-series.ts';
import type { Account } from '../system/host/accounts.ts';
import type { HostFacts } from '../system/host/host.ts';
import { readPredecessor } from './read-predecessor.ts';
import { type DamagedSnapshot, readNewestValid } from './snapshot-store.ts';
import { predecessorViewPath, snapshotPath } from './state-paths.ts';

/** The state directory of the predecessor under its first name. */
export const legacyStateDir = '/var/lib/t3-tmux-state';

export interface LoadManifestRequest {
  readonly stateDir: string;
  readonly user: string;
  /** null for a user without an account, for whom nothing is imported. */
  readonly account: Account | null;
  /** `legacyStateDir` as root; null for any other user. */
  readonly legacyDir: string | null;
  readonly host: HostFacts;
}

export interface LoadedManifest {
  readonly manifest: Manifest | null;
  readonly origin: ManifestOrigin;
  /** Damaged snapshots that the load skipped, newest first; `diagnostics` reports them, too. */
  readonly damaged: readonly DamagedSnapshot[];
  readonly diagnostics: readonly Diagnostic[];
}

type ManifestOrigin =
  | { readonly kind: 'snapshot'; readonly id: string }
  /** `earlier` are what else the predecessor recorded, oldest first. */
  | { readonly kind: 'imported'; readonly path: string; readonly earlier: readonly Manifest[] }
  | { readonly kind: 'none' };

/**
 * Loads a user's manifest: the newest valid snapshot, else the predecessor's record. Throws StateReadError when a read
 * fails.
 */
export function loadManifest(request: LoadManifestRequest): LoadedManifest {
  const { newest, damaged } = readNewestValid(request.stateDir, request.user);
  const diagnostics = damaged.map((snapshot) => damagedDiagnostic(request, snapshot));
  if (newest !== null) {
    return { manifest: newest.manifest, origin: { kind: 'snapshot', id: newest.id }, damaged, diagnostics };
  }
  for (const path of importPaths(request, damaged.length > 0)) {
    const imported = importFrom(path, request);
    diagnostics.push(...imported.diagnostics);
    const manifest = imported.manifests.at(-1);
    if (manifest !== undefined) {
      const earlier = imported.manifests.slice(0, -1);
      return { manifest, origin: { kind: 'imported', path, earlier }, damaged, diagnostics };
    }
  }
  if (damaged.length > 0) diagnostics.push(nothingReadable(request));
  return { manifest: null, origin: { kind: 'none' }, damaged, diagnostics };
}

/**
 * The files to import from. When all snapshots are damaged, the current view still helps. The file under the old name
 * is long outdated.
 */
function importPaths({ stateDir, user, legacyDir }: LoadManifestRequest, hasSnapshots: boolean): readonly string[] {
  const current = predecessorViewPath(stateDir, user);
  return legacyDir === null || hasSnapshots ? [current] : [current, join(legacyDir, `${user}.tsv`)];
}

interface Imported {
  /** Oldest first. */
  readonly manifests: readonly Manifest[];
  readonly diagnostics: readonly Diagnostic[];
}

function importFrom(path: string, { user, account, host }: LoadManifestRequest): Imported {
  if (account === null) return { manifests: [], diagnostics: [] };
  const { records, problems } = readPredecessor(path, user);
  return {
    manifests: importSeries(records, { account, host }),
    diagnostics: problems.map((message) => ({ severity: 'warning', code: 'import-line', user, message })),
  };
}

function nothingReadable({ user }: LoadManifestRequest): Diagnostic {
  const message = 'no snapshot is valid, so nothing of what was recorded can be planned for';
  return { severity: 'error', code: 'no-valid-snapshot', user, message };
}

function damagedDiagnostic({ stateDir, user }: LoadManifestRequest, { id, reason }: DamagedSnapshot): Diagnostic {
  const path = snapshotPath(stateDir, user, id);
  return {
    severity: 'warning',
    code: 'snapshot-damaged',
    user,
    message: `snapshot ${id} is passed over: ${reason} (${path})`,
  };
}
