import type { Account } from '../system/account.ts';
import { writeFileAtomic } from '../system/atomic-file.ts';
import { type LastApply, parseLastApply } from './last-apply.ts';
import { readStateText } from './read-state-text.ts';
import { prepareUserDirectories } from './state-directories.ts';
import { requireTrustedRecords } from './state-files.ts';
import { lastApplyPath } from './state-paths.ts';

const maxLastApplyBytes = 64 * 1024;

/** What the user's last apply came to; null when there is nothing that can be used. Throws StateReadError where the system does not let it be read. */
export function readLastApply(stateDir: string, user: string): LastApply | null {
  requireTrustedRecords(stateDir, user);
  const text = readStateText(lastApplyPath(stateDir, user), maxLastApplyBytes);
  return text === null ? null : parseLastApply(text);
}

/** Replaces what is known of the user's last apply. Only under the user's lock. Throws StateWriteError. */
export function writeLastApply(stateDir: string, account: Account, lastApply: LastApply): void {
  const { owner, fileMode: mode } = prepareUserDirectories(stateDir, account);
  const options = { mode, owner, existing: 'replace', durable: false } as const;
  writeFileAtomic(lastApplyPath(stateDir, account.name), `${JSON.stringify(lastApply, null, 2)}\n`, options);
}
