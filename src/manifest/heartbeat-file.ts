import type { Account } from '../system/account.ts';
import { writeFileAtomic } from '../system/atomic-file.ts';
import { readRegularFile } from '../system/read-regular-file.ts';
import { StateReadError } from '../system/state-error.ts';
import { parseHeartbeat, type Heartbeat } from './heartbeat.ts';
import { prepareUserDirectories, recordOwner } from './state-directories.ts';
import { heartbeatPath } from './state-paths.ts';

const maxHeartbeatBytes = 64 * 1024;

/** The user's heartbeat; null when there is none that can be used. Throws StateReadError where the system does not let it be read. */
export function readHeartbeat(stateDir: string, user: string): Heartbeat | null {
  const path = heartbeatPath(stateDir, user);
  const reading = readRegularFile(path, maxHeartbeatBytes);
  if (reading.kind === 'failed') throw new StateReadError(path, `${reading.reason}; if it stays so: rm ${path}`);
  return reading.kind === 'read' ? parseHeartbeat(reading.text) : null;
}

/** Replaces the user's heartbeat. Only under the user's lock. Throws StateWriteError. */
export function writeHeartbeat(stateDir: string, account: Account, heartbeat: Heartbeat): void {
  prepareUserDirectories(stateDir, account);
  const text = `${JSON.stringify(heartbeat, null, 2)}\n`;
  const owner = recordOwner(account);
  writeFileAtomic(heartbeatPath(stateDir, account.name), text, { mode: 0o640, owner, existing: 'replace' });
}
