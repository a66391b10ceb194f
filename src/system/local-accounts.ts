import { join } from 'node:path';
import type { Account } from './account.ts';
import { parsePasswdLine } from './parse-passwd-line.ts';
import { readRegularFile } from './read-regular-file.ts';

const maxFileBytes = 1024 * 1024;

/**
 * Accounts by exact name from the host's own passwd file, where the name service would look there first: no other program has to
 * run for them. Who is missing may be known elsewhere.
 */
export function localAccounts(names: ReadonlySet<string>, etc = '/etc'): ReadonlyMap<string, Account> {
  const found = new Map<string, Account>();
  if (!asksFilesFirst(etcText(join(etc, 'nsswitch.conf')), 'passwd')) return found;
  for (const line of etcText(join(etc, 'passwd')).split('\n')) {
    const account = parsePasswdLine(line);
    // The first of several lines counts, as for getpwnam(3).
    if (account !== null && names.has(account.name) && !found.has(account.name)) found.set(account.name, account);
  }
  return found;
}

/** nsswitch.conf(5). What cannot be read, or has no line for it, is left to the name service. */
export function asksFilesFirst(configuration: string, database: 'passwd' | 'group'): boolean {
  return new RegExp(`^\\s*${database}:\\s*files(?=\\s|$)`, 'm').test(configuration);
}

/** The text of a file of the host's own; empty where it cannot be read. */
export function etcText(path: string): string {
  const reading = readRegularFile(path, maxFileBytes);
  return reading.kind === 'read' ? reading.text : '';
}
