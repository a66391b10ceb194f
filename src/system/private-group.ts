import { join } from 'node:path';
import type { Account } from './account.ts';
import { parsePasswdLine } from './parse-passwd-line.ts';
import { readRegularFile } from './read-file.ts';

/**
 * The account's primary group where nobody else is in it; null where somebody is, or where the host's own files cannot tell.
 *
 * It is called as the account is, as useradd and adduser make it, so that a directory service gives it to nobody else. It has
 * no other member, and is the primary group of no other account.
 */
export function privateGroupOf({ name, gid }: Pick<Account, 'name' | 'gid'>, etc = '/etc'): number | null {
  const configuration = etcText(join(etc, 'nsswitch.conf'));
  if (!asksFilesFirst(configuration, 'passwd') || !asksFilesFirst(configuration, 'group')) return null;
  const groups = etcText(join(etc, 'group'))
    .split('\n')
    .flatMap((line) => parseGroupLine(line) ?? [])
    .filter((group) => group.gid === gid);
  const isOwn = groups.length === 1 && groups.every((group) => group.name === name && group.others(name).length === 0);
  if (!isOwn) return null;
  const accounts = etcText(join(etc, 'passwd'))
    .split('\n')
    .flatMap((line) => parsePasswdLine(line) ?? []);
  return accounts.some((account) => account.gid === gid && account.name !== name) ? null : gid;
}

interface Group {
  readonly name: string;
  readonly gid: number;
  readonly others: (name: string) => readonly string[];
}

/** group(5): `name:password:gid:member,member`. */
function parseGroupLine(line: string): Group | null {
  const [name, , gid, members] = line.split(':');
  if (name === undefined || members === undefined || gid === undefined || !/^\d+$/.test(gid)) return null;
  const named = members.split(',').filter((member) => member.trim() !== '');
  return { name, gid: Number(gid), others: (own) => named.filter((member) => member.trim() !== own) };
}

/** nsswitch.conf(5). What cannot be read, or has no line for it, is left to the name service. */
function asksFilesFirst(configuration: string, database: 'passwd' | 'group'): boolean {
  return new RegExp(`^\\s*${database}:\\s*files(?=\\s|$)`, 'm').test(configuration);
}

/** The text of a file of the host's own; empty where it cannot be read. */
function etcText(path: string): string {
  const reading = readRegularFile(path, maxFileBytes);
  return reading.kind === 'read' ? reading.text : '';
}

const maxFileBytes = 1024 * 1024;
