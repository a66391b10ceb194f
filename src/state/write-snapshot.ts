import type { Manifest } from '../core/manifest.ts';
import type { Account } from '../system/account.ts';
import { writeFileAtomic } from '../system/atomic-file.ts';
import { StateWriteError } from '../system/state-error.ts';
import { parseSnapshot } from './read-snapshot.ts';
import { formatSnapshot, maxWrittenBytes } from './snapshot-document.ts';
import { nextSnapshotId } from './snapshot-id.ts';
import { listSnapshots } from './snapshot-store.ts';
import { prepareUserDirectories } from './state-directories.ts';
import { snapshotPath, snapshotsDirectory } from './state-paths.ts';

/**
 * Stores a manifest as the user's newest snapshot and returns its id. Only under the user's lock. What is stored already is never
 * overwritten. Throws StateWriteError.
 */
export function writeSnapshot(stateDir: string, account: Account, manifest: Manifest, now: Date): string {
  const text = formatSnapshot(manifest);
  const flaw = flawIn(text, account.name);
  if (flaw !== null) throw unwritable(stateDir, account, flaw);
  const { owner, fileMode: mode } = prepareUserDirectories(stateDir, account);
  const id = nextSnapshotId(now, listSnapshots(stateDir, account.name));
  if (id === null) throw unwritable(stateDir, account, 'there is no later snapshot id; look at the clock: date');
  const path = snapshotPath(stateDir, account.name, id);
  writeFileAtomic(path, text, { mode, owner, existing: 'keep' });
  return id;
}

function unwritable(stateDir: string, account: Account, reason: string): StateWriteError {
  return new StateWriteError(snapshotsDirectory(stateDir, account.name), 'write', new Error(reason));
}

/** A record that could not be read back would shadow nothing, but it would also save nothing. */
function flawIn(text: string, user: string): string | null {
  if (Buffer.byteLength(text) > maxWrittenBytes) return 'the record would be larger than 8 MiB';
  const check = parseSnapshot(text, user);
  return check.kind === 'damaged' ? `the record could not be read back: ${check.reason}` : null;
}
