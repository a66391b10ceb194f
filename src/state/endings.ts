import { type Boot, isSameBoot } from '../core/boot.ts';
import {
  boundedEndings,
  type Ending,
  type Killer,
  killerDaemons,
  type ProcessKill,
  type ServerEnding,
} from '../core/endings.ts';
import type { Account } from '../system/host/accounts.ts';
import { writeFileAtomic } from '../system/files/atomic-file.ts';
import {
  isCount,
  isObject,
  isTime,
  type JsonObject,
  parseJsonObject,
  readStateText,
  requireTrustedRecords,
} from './state-files.ts';
import { endingsPath, prepareUserDirectories } from './state-paths.ts';

const maxEndingsBytes = 256 * 1024;

/**
 * How a user's servers and processes ended during this boot, as the watch saw it, oldest first. Pids and start times
 * mean nothing after a boot. Throws StateReadError when the system denies the read.
 */
export function readEndings(stateDir: string, user: string, boot: Boot): readonly Ending[] {
  requireTrustedRecords(stateDir, user);
  const text = readStateText(endingsPath(stateDir, user), maxEndingsBytes);
  return text === null ? [] : parseEndings(text, boot);
}

/** Replaces the user's endings. Only the watch writes them. Throws StateWriteError. */
export function writeEndings(stateDir: string, account: Account, boot: Boot, endings: readonly Ending[]): void {
  const { owner, fileMode: mode } = prepareUserDirectories(stateDir, account);
  const { bootId, initStartTime } = boot;
  const document = { formatVersion: 1, bootId, initStartTime, endings: boundedEndings(endings) };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  writeFileAtomic(endingsPath(stateDir, account.name), text, { mode, owner, existing: 'replace' });
}

/** Parses stored endings; none for another boot, version or text, because the other evidence still counts then. */
export function parseEndings(text: string, boot: Boot): readonly Ending[] {
  const value = parseJsonObject(text);
  if (value === null || value['formatVersion'] !== 1 || !isSameBoot(bootIn(value), boot)) return [];
  const { endings } = value;
  return Array.isArray(endings) ? endings.flatMap((one: unknown) => parseEnding(one) ?? []) : [];
}

function bootIn({ bootId, initStartTime }: JsonObject): Boot {
  return {
    bootId: typeof bootId === 'string' ? bootId : null,
    initStartTime: typeof initStartTime === 'string' ? initStartTime : null,
  };
}

function parseEnding(value: unknown): Ending | null {
  if (!isObject(value)) return null;
  switch (value['kind']) {
    case 'server-end':
      return parseServerEnding(value);
    case 'process-kill':
      return parseProcessKill(value);
    default:
      return null;
  }
}

function parseServerEnding({ at, socket, server, end }: JsonObject): ServerEnding | null {
  if (!isTime(at) || !isObject(server)) return null;
  if (socket !== null && typeof socket !== 'string') return null;
  if (end !== 'orderly' && end !== 'violent') return null;
  const { pid, startTime } = server;
  if (!isCount(pid) || !isCount(startTime)) return null;
  return { kind: 'server-end', at, socket, server: { pid, startTime }, end };
}

function parseProcessKill({ at, pid, startTime, killer }: JsonObject): ProcessKill | null {
  const by = parseKiller(killer);
  if (!isTime(at) || !isCount(pid) || by === null) return null;
  if (startTime !== null && typeof startTime !== 'string') return null;
  return { kind: 'process-kill', at, pid, startTime, killer: by };
}

function parseKiller(value: unknown): Killer | null {
  if (!isObject(value)) return null;
  const { kind, cgroup, limitMib, name } = value;
  switch (kind) {
    case 'limit':
      if (cgroup !== null && typeof cgroup !== 'string') return null;
      return { kind, cgroup, limitMib: isCount(limitMib) ? limitMib : null };
    case 'host':
      return { kind };
    case 'daemon': {
      const daemon = killerDaemons.find((known) => known === name);
      return daemon === undefined ? null : { kind, name: daemon };
    }
    default:
      return null;
  }
}
