import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readHeartbeat } from '../../../src/state/heartbeat.ts';
import { readNewestValid } from '../../../src/state/snapshot-store.ts';
import type { Account } from '../../../src/system/host/accounts.ts';
import { oomKillsRose, readOomKills } from '../../../src/system/host/memory.ts';
import type { Clues } from './expected-record.ts';
import type { FoundEntry } from './narrowed-entries.ts';

/** What a user's newest record says. */
export function storedEntries(stateDirectory: string, user: string): readonly FoundEntry[] {
  const { newest } = readNewestValid(stateDirectory, user);
  return newest?.manifest.sessions.map(({ name, cause }) => ({ name, cause })) ?? [];
}

/** Other tests may have the kernel kill for memory: its counter is evidence in this one, and cannot be kept still. */
export function cluesFor(
  stateDirectory: string,
  { name, uid }: Account,
  serverPid: number | null,
): Pick<Clues, 'oomKilled'> {
  const before = readHeartbeat(stateDirectory, name)?.oomKills ?? null;
  return { oomKilled: oomKillsRose(before, readOomKills({ uid, serverPid })) };
}

export function keepsLoginRecords(): boolean {
  return existsSync('/run/utmp') && isTmuxLinkedWithLibutempter();
}

export function isTmuxLinkedWithLibutempter(): boolean {
  const { stdout } = spawnSync('/bin/sh', ['-c', 'ldd "$(command -v tmux)"'], { encoding: 'utf8', timeout: 10_000 });
  return stdout.includes('libutempter');
}
