import {
  earlyoomStart,
  nohangStart,
  oomdVictim,
  readEarlyoomLine,
  readNohangLine,
  type DaemonLog,
} from '../core/kills/daemon-kills.ts';
import type { KillerDaemon, KillReport } from '../core/endings.ts';
import { noKernelKill, readKernelMessage } from '../core/kills/kernel-kills.ts';
import { run, type CommandResult } from '../system/programs/exec.ts';
import { monotonicNowMs, readHostFacts } from '../system/host/host.ts';
import { kernelKillReport } from '../system/host/kernel-log.ts';
import { quietly } from '../system/files/read-file.ts';
import { isSystemdRunning, systemdEnvironment } from './systemctl.ts';

export interface JournalRequest {
  /**
   * Kills from this moment on are told, in milliseconds of the clock that counts from the boot (CLOCK_MONOTONIC). The
   * journal stamps its entries with that clock, too. A jump of the clock of the day hides nothing.
   */
  readonly sinceMonotonicMs: number;
  readonly signal: AbortSignal;
  /** Where the journal is; the host's own when it is left out. */
  readonly directory?: string;
}

export type JournalKills =
  /** `complete` is false when the time or the room was up before all of this boot was read. */
  | { readonly kind: 'read'; readonly reports: readonly KillReport[]; readonly complete: boolean }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The kills of this boot that the kernel, earlyoom, systemd-oomd and nohang have told to the journal. */
export async function readKillsInJournal({
  sinceMonotonicMs,
  signal,
  directory,
}: JournalRequest): Promise<JournalKills> {
  if (directory === undefined && !isSystemdRunning()) return { kind: 'unreadable', reason: 'systemd does not run' };
  const place = directory === undefined ? [] : [`--directory=${directory}`];
  const options = { timeoutMs, env: systemdEnvironment, signal };
  const result = await run(['journalctl', ...place, ...journalArguments()], options);
  const lines = wholeLines(result.stdout);
  // With --grep, journalctl exits with 1 when nothing matches (252).
  const isAnswer = result.exitCode === 0 || (result.exitCode === 1 && saysNothing(result));
  const isCut = result.failure === 'timeout' || result.failure === 'too-much-output';
  if (!isAnswer && !isCut) return { kind: 'unreadable', reason: reasonOf(result) };
  // The newest entry comes first, so that a cut takes the oldest.
  const entries = lines.toReversed().flatMap((line) => entryOf(line) ?? []);
  const since = sinceMonotonicMs * 1000;
  return { kind: 'read', reports: killsIn(entries, since), complete: isAnswer && lines.length < maxLines };
}

/** The kills of the last so many milliseconds; none when the journal cannot be asked, as on a host without one. */
export async function readRecentKills(withinMs: number, signal: AbortSignal): Promise<readonly KillReport[]> {
  const told = await readKillsInJournal({ sinceMonotonicMs: monotonicNowMs() - withinMs, signal });
  return told.kind === 'read' ? told.reports : [];
}

const timeoutMs = 3000;
const maxLines = 4000;

const units: ReadonlyMap<string, KillerDaemon> = new Map([
  ['earlyoom.service', 'earlyoom'],
  ['systemd-oomd.service', 'systemd-oomd'],
  ['nohang.service', 'nohang'],
  ['nohang-desktop.service', 'nohang'],
]);

/** The lines that tell of kills. The capital letters make the pattern case-sensitive. */
const pattern = [
  '^oom-kill:',
  '^(Memory cgroup o|O)ut of memory',
  '^Tasks in /.* memory.oom.group',
  '^mem avail:',
  '^low memory!',
  '^sending ',
  '^process .*exited after',
  '^kill failed:',
  '^dryrun,',
  '^Killed /',
  '^Victim status ',
  '^ +PID: ',
  '^ +Sending SIG',
  '^OK; total',
  '^Selected process died',
  '^<<=== FINISHING',
].join('|');

/** Journald itself sets the fields with an underscore. Any user can claim to be `earlyoom` in SYSLOG_IDENTIFIER. */
const sources: readonly string[] = ['_TRANSPORT=kernel', ...[...units.keys()].map((unit) => `_SYSTEMD_UNIT=${unit}`)];

/**
 * With `--boot`, journalctl takes the boot id that it reads by itself. In a unit with ProtectKernelTunables= in a
 * container, that is the id of the host (systemd 252), and the journal has nothing of that boot.
 */
function journalArguments(): readonly string[] {
  const bootId = quietly(() => readHostFacts().bootId.replaceAll('-', ''));
  const ofThisBoot = bootId === null ? [] : [`_BOOT_ID=${bootId}`];
  return [
    ...(bootId === null ? ['--boot'] : []),
    '--no-pager',
    '--reverse',
    `--lines=${maxLines}`,
    `--grep=${pattern}`,
    '--output=json',
    '--output-fields=MESSAGE,SYSLOG_FACILITY,_TRANSPORT,_SYSTEMD_UNIT,_PID,_SOURCE_MONOTONIC_TIMESTAMP',
    ...sources.flatMap((source, at) => [...(at === 0 ? [] : ['+']), source, ...ofThisBoot]),
  ];
}

function saysNothing({ stdout, stderr }: CommandResult): boolean {
  return `${stdout}${stderr}`.replace(noEntries, '').trim() === '';
}

const noEntries = /^-- No entries --$/m;

function reasonOf({ failure, exitCode, stderr }: CommandResult): string {
  if (failure === 'not-found') return 'there is no journalctl';
  const words = stderr
    .replace(noEntries, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, '; ');
  return `journalctl: ${words === '' ? (failure ?? `exit code ${exitCode}`) : words}`;
}

function wholeLines(text: string): readonly string[] {
  return text
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'));
}

interface Entry {
  readonly message: string;
  readonly at: string;
  readonly microseconds: number;
  readonly source:
    /** When the kernel wrote it. Journald may get many messages later, and all at once. */
    | { readonly kind: 'kernel'; readonly writtenAt: number }
    | { readonly kind: 'daemon'; readonly name: KillerDaemon; readonly pid: string };
}

/** null for an entry of a source that cannot be trusted. */
function entryOf(line: string): Entry | null {
  const fields = fieldsOf(line);
  const message = fields === null ? null : textOf(fields.get('MESSAGE'));
  const realtime = Number(fields?.get('__REALTIME_TIMESTAMP'));
  const microseconds = Number(fields?.get('__MONOTONIC_TIMESTAMP'));
  if (fields === null || message === null || !(realtime > 0 && realtime < 2 ** 52) || !(microseconds >= 0)) return null;
  const told = { message, at: new Date(Math.floor(realtime / 1000)).toISOString(), microseconds };
  if (fields.get('_TRANSPORT') === 'kernel') {
    // Facility 0 is the kernel's own. What root writes to /dev/kmsg has another one, and comes the same way.
    if (fields.get('SYSLOG_FACILITY') !== '0') return null;
    const writtenAt = Number(fields.get('_SOURCE_MONOTONIC_TIMESTAMP'));
    return { ...told, source: { kind: 'kernel', writtenAt: writtenAt >= 0 ? writtenAt : microseconds } };
  }
  const name = units.get(String(fields.get('_SYSTEMD_UNIT')));
  return name === undefined ? null : { ...told, source: { kind: 'daemon', name, pid: String(fields.get('_PID')) } };
}

function fieldsOf(line: string): ReadonlyMap<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null;
  } catch {
    return null;
  }
}

/** Journalctl writes a text as an array of bytes when a terminal could not show it. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  const bytes = value.filter((byte: unknown) => typeof byte === 'number');
  return bytes.length === value.length ? Buffer.from(bytes).toString('utf8') : null;
}

function killsIn(entries: readonly Entry[], since: number): readonly KillReport[] {
  const reports: KillReport[] = [];
  const readers = new Map<string, (entry: Entry) => KillReport | null>();
  for (const entry of entries) {
    const { source } = entry;
    const key = source.kind === 'kernel' ? source.kind : `${source.name} ${source.pid}`;
    const read = readers.get(key) ?? (source.kind === 'kernel' ? kernelReader() : daemonReader(source.name));
    readers.set(key, read);
    const report = read(entry);
    if (report !== null && entry.microseconds >= since) reports.push(report);
  }
  return reports;
}

function kernelReader(): (entry: Entry) => KillReport | null {
  let state = noKernelKill;
  return ({ message, microseconds, at, source }) => {
    const written = source.kind === 'kernel' ? source.writtenAt : microseconds;
    const next = readKernelMessage(state, { text: message, microseconds: written });
    state = next.state;
    return next.kill === null ? null : kernelKillReport(next.kill, at);
  };
}

function daemonReader(name: KillerDaemon): (entry: Entry) => KillReport | null {
  switch (name) {
    case 'earlyoom':
      return processReader(name, earlyoomStart, readEarlyoomLine);
    case 'nohang':
      return processReader(name, nohangStart, readNohangLine);
    case 'systemd-oomd':
      return ({ message, at }) => {
        const cgroup = oomdVictim(message);
        return cgroup === null ? null : { at, killer: { kind: 'daemon', name }, victim: { kind: 'cgroup', cgroup } };
      };
  }
}

function processReader<State>(
  name: KillerDaemon,
  start: State,
  read: (state: State, line: string) => DaemonLog<State>,
): (entry: Entry) => KillReport | null {
  let state = start;
  return ({ message, at }) => {
    const next = read(state, message);
    state = next.state;
    if (next.killedPid === null) return null;
    return { at, killer: { kind: 'daemon', name }, victim: { kind: 'process', pid: next.killedPid } };
  };
}
