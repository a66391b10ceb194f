import type { Account } from '../system/account.ts';
import { writeFileAtomic } from '../system/atomic-file.ts';
import { type Heartbeat, parseHeartbeat } from './heartbeat.ts';
import { readStateText } from './read-state-text.ts';
import { prepareUserDirectories } from './state-directories.ts';
import { requireTrustedRecords } from './state-files.ts';
import { heartbeatPath } from './state-paths.ts';

const maxHeartbeatBytes = 64 * 1024;

/** The user's heartbeat; null when there is none that can be used. Throws StateReadError where the system does not let it be read. */
export function readHeartbeat(stateDir: string, user: string): Heartbeat | null {
  requireTrustedRecords(stateDir, user);
  const text = readStateText(heartbeatPath(stateDir, user), maxHeartbeatBytes);
  return text === null ? null : parseHeartbeat(text);
}

/** Replaces the user's heartbeat. Only under the user's lock. Throws StateWriteError. */
export function writeHeartbeat(stateDir: string, account: Account, heartbeat: Heartbeat): void {
  const { owner, fileMode: mode } = prepareUserDirectories(stateDir, account);
  const text = `${JSON.stringify(heartbeat, null, 2)}\n`;
  writeFileAtomic(heartbeatPath(stateDir, account.name), text, { mode, owner, existing: 'replace' });
}
