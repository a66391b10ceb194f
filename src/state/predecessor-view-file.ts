import { linkSync } from 'node:fs';
import type { Manifest } from '../core/manifest.ts';
import { shellQuote } from '../core/own-command.ts';
import { parseTsv } from '../predecessor/import-state.ts';
import { formatTsv, toPredecessorRows } from '../predecessor/view.ts';
import type { Account } from '../system/accounts.ts';
import { writeFileAtomic } from '../system/atomic-file.ts';
import { errnoName, StateReadError, StateWriteError } from '../system/errors.ts';
import { readRecordFile } from './state-files.ts';
import { predecessorViewPath, prepareUserDirectories } from './state-paths.ts';

/** The largest file of the predecessor that is read. */
export const maxTsvBytes = 32 * 1024 * 1024;

/**
 * Updates STATE/USER.tsv to match the manifest, if it differs. The caller must hold the user's lock. A file with lines
 * that could not be imported is kept beside it, as `USER.tsv.kept`. Throws StateWriteError and StateReadError.
 */
export function writePredecessorView(stateDir: string, account: Account, manifest: Manifest): void {
  const path = predecessorViewPath(stateDir, account.name);
  const text = formatTsv(toPredecessorRows(manifest));
  const present = readRecordFile(path, maxTsvBytes);
  if (present.kind === 'failed') {
    const aside = `mv ${shellQuote(path)} ${shellQuote(`${path}.unreadable`)}`;
    throw new StateReadError(path, `${present.reason}; if it stays so: ${aside}`);
  }
  if (present.kind === 'read') {
    if (present.text === text) return;
    if (parseTsv(present.text).problems.length > 0) keepBeside(path);
  }
  prepareUserDirectories(stateDir, account);
  writeFileAtomic(path, text, { mode: 0o600, owner: null, existing: 'replace' });
}

/** Gives the file a second name before it is replaced. An earlier kept file stays. */
function keepBeside(path: string): void {
  const keptPath = `${path}.kept`;
  try {
    linkSync(path, keptPath);
  } catch (error) {
    if (errnoName(error) !== 'EEXIST') throw new StateWriteError(keptPath, 'place', error);
  }
}
