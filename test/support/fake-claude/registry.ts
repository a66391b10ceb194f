import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { variable, type Context } from './context.ts';
import { readJson, type JsonObject } from './read-json.ts';

/** The record of this process in `sessions`. */
export interface Registration {
  readonly change: (fields: JsonObject) => void;
  /** As a process that dies of a signal does: what is written stays. */
  readonly abandon: () => void;
}

const unregistered: Registration = { change: () => {}, abandon: () => {} };

/** Writes `sessions/PID.json` as this version does, in place, and removes it when the process exits by itself. */
export function register(
  context: Context,
  first: { readonly sessionId: string; readonly name: string | null },
): Registration {
  const { profile, settings } = context;
  const onlyPeople = !profile.recordsKind;
  if (!context.persistent || profile.registry === 'none' || (onlyPeople && context.entrypoint !== 'cli')) {
    return unregistered;
  }
  const directory = registryDirectory(context);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (profile.recordsKind) chmodSync(directory, 0o700);
  if (profile.removesDeadRecords) removeDeadRecords(directory);

  const path = join(directory, `${process.pid}.json`);
  const keyPath = join(directory, `${process.pid}.${createHash('sha256').update(path).digest('hex')}.key`);
  let fields: JsonObject = firstFields(context, first);
  let abandoned = false;
  let completion: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(completion);
    const whole = JSON.stringify(withoutNulls({ ...fields, ...settings.options.record }));
    const { tornRecordMs = 0 } = settings.options;
    if (tornRecordMs === 0) return writeFileSync(path, whole);
    writeFileSync(path, whole.slice(0, whole.length / 2));
    completion = setTimeout(() => writeFileSync(path, whole), tornRecordMs);
  };
  let registered = false;
  const begin = (): void => {
    registered = true;
    write();
    if (!profile.recordsPidDomain) return;
    writeFileSync(keyPath, 'a token that nobody else may read\n', { mode: 0o600 });
    writeFileSync(join(directory, '.fleetview-heartbeat'), `${Date.now()}`);
  };
  const { registrationDelayMs = 0 } = settings.options;
  if (registrationDelayMs === 0) begin();
  else setTimeout(begin, registrationDelayMs);

  process.on('exit', () => {
    if (abandoned) return;
    rmSync(path, { force: true });
    rmSync(keyPath, { force: true });
  });
  return {
    change: (changed) => {
      fields = { ...fields, ...changed };
      if (registered) write();
    },
    abandon: () => {
      abandoned = true;
    },
  };
}

export interface LiveRecord {
  readonly pid: number;
  readonly fields: JsonObject;
}

/** The records whose process is alive. */
export function liveRecords(context: Context): readonly LiveRecord[] {
  const directory = registryDirectory(context);
  return recordPids(directory)
    .filter(isAlive)
    .map((pid) => ({ pid, fields: readJson(join(directory, `${pid}.json`)) ?? {} }));
}

function registryDirectory({ configDirectory }: Context): string {
  return join(configDirectory, 'sessions');
}

function firstFields(
  context: Context,
  { sessionId, name }: { readonly sessionId: string; readonly name: string | null },
): JsonObject {
  const { profile, settings, commandLine } = context;
  const now = Date.now();
  const tmux = profile.recordsTmux ? tmuxPlace() : null;
  return {
    pid: process.pid,
    sessionId,
    cwd: process.cwd(),
    startedAt: now,
    ...(profile.recordsStartTime && { procStart: ownStartTime() }),
    ...(profile.recordsVersion && { version: settings.version }),
    ...(profile.recordsStartTime && { peerProtocol: 1 }),
    ...(profile.recordsKind && { kind: 'interactive', entrypoint: context.entrypoint }),
    ...(profile.recordsName && name !== null && { name }),
    ...(profile.recordsName && commandLine.agent !== null && { agent: commandLine.agent }),
    ...(profile.recordsStatus && { status: 'idle', updatedAt: now }),
    ...(profile.recordsStatusTime && { statusUpdatedAt: now }),
    ...(tmux !== null && { tmux }),
    ...(profile.recordsPidDomain && {
      pidDomain: pidNamespace(),
      peerFeatures: [],
      nameSource: name === null ? 'derived' : 'user',
    }),
  };
}

function withoutNulls(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** Field 22 of `/proc/PID/stat`, counted from the last parenthesis because a name may hold any. */
function ownStartTime(): string {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function pidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '');
}

/** Where the process runs in tmux, asked once: later moves and renames are not seen. */
function tmuxPlace(): string | null {
  const pane = variable('TMUX_PANE');
  if (variable('TMUX') === null || pane === null) return null;
  const format = '#{session_name}:#{window_id}.#{pane_id}';
  const asked = spawnSync('tmux', ['display-message', '-p', '-t', pane, format], { encoding: 'utf8', timeout: 2_000 });
  return asked.status === 0 ? asked.stdout.trim() : null;
}

function removeDeadRecords(directory: string): void {
  for (const pid of recordPids(directory)) {
    if (!isAlive(pid)) rmSync(join(directory, `${pid}.json`), { force: true });
  }
}

function recordPids(directory: string): readonly number[] {
  try {
    return readdirSync(directory)
      .filter((name) => /^\d+\.json$/.test(name))
      .map((name) => Number.parseInt(name, 10));
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
