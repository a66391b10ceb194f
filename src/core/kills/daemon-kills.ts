/**
 * The lines of earlyoom and of nohang, one after the other. Both tell a kill in several lines, and some of these contain
 * texts of users, who may break lines there.
 */
export interface DaemonLog<State> {
  readonly state: State;
  /** The process that was killed, as this line says; null when it says nothing of the kind. */
  readonly killedPid: number | null;
}

/** Where the lines of one run of earlyoom have got to. */
export interface EarlyoomState {
  readonly step: 'idle' | 'short' | 'low' | 'sent';
  /** The process that was sent a signal; null when its line is not whole. */
  readonly pid: number | null;
}

export const earlyoomStart: EarlyoomState = { step: 'idle', pid: null };

/**
 * Reads one line of earlyoom 1.6 to 1.8, which writes for each kill:
 *
 *     mem avail:   120 of 24105 MiB ( 0.50%), swap free:    0 of    0 MiB ( 0.00%)
 *     low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%
 *     sending SIGTERM to process 1234 uid 1000 "claude": badness 800, VmRSS 500 MiB
 *     escalating to SIGKILL after 0.5 seconds
 *     process exited after 1.2 seconds
 *
 * 1.8 adds the command line to the third line, and the pid to the last one. It cuts the command line to 255 bytes, and
 * leaves the line breaks in it (measured on 1.8.2). The end of one kill and the lines of another one take more bytes.
 * So a victim cannot forge a second kill, as long as every line is required, and is required to be whole.
 */
export function readEarlyoomLine(before: EarlyoomState, line: string): DaemonLog<EarlyoomState> {
  const stay = { state: before, killedPid: null };
  const go = (step: EarlyoomState['step'], pid: number | null = null): DaemonLog<EarlyoomState> => ({
    state: { step, pid },
    killedPid: null,
  });
  switch (before.step) {
    case 'idle':
      return memoryLine.test(line) ? go('short') : stay;
    case 'short':
      if (lowLine.test(line)) return go('low');
      return memoryLine.test(line) ? stay : go('idle');
    case 'low': {
      if (memoryLine.test(line)) return go('short');
      const pid = wholeSendingLine.exec(line)?.[1];
      // A line break in the name of the victim leaves a part of the line.
      if (pid === undefined) return line.startsWith('sending ') ? go('sent') : stay;
      return go('sent', Number(pid));
    }
    case 'sent': {
      const [exit, pid] = exitLine.exec(line) ?? [];
      if (exit === undefined) return noKillLine.test(line) ? go('idle') : stay;
      // 1.6 and 1.7 name no pid there, and wait for one victim at a time.
      if (pid !== undefined && Number(pid) !== before.pid && before.pid !== null) return stay;
      return { state: earlyoomStart, killedPid: before.pid };
    }
  }
}

const memoryLine =
  /^mem avail: [ \d]{5,} of [ \d]{5,} MiB \([ .\d]{5,}%\), swap free: [ \d]{4,} of [ \d]{4,} MiB \([ .\d]{5,}%\)$/;
const lowLine = /^low memory! at or below SIG(?:TERM|KILL) limits: mem [ .\d]{5,}%, swap [ .\d]{5,}%$/;
const wholeSendingLine =
  /^sending SIG(?:TERM|KILL) to process (\d{1,10}) uid \d{1,10} "[^\n]{0,64}": (?:badness|oom_score) -?\d+, VmRSS \d+ MiB(?:, cmdline ".*)?$/;
const exitLine = /^process (?:(\d{1,10}) )?exited after \d+\.\d+ seconds$/;
const noKillLine = /^(?:dryrun, not actually sending any signal|kill failed: .{8,})$/;

/** Where the lines of nohang have got to. */
export interface NohangState {
  readonly step: 'idle' | 'victim' | 'named' | 'sent';
  readonly pid: number;
}

export const nohangStart: NohangState = { step: 'idle', pid: 0 };

/**
 * Reads one line of nohang 0.2.0 (its source, and Debian's default settings), which writes for each kill:
 *
 *     Victim status (found in 12ms):
 *       PID:       1234, name: claude, state: S, EUID: 1000, SID: 1200 (bash), lifetime: 5min
 *       … paths and names of the user …
 *     Implementing a corrective action:
 *       Sending SIGTERM to the victim
 *     OK; total response time: 20ms
 *
 * The first victim counts until its kill is told. Whoever is that victim could still forge a second kill in the path of
 * its directory: a report is worth something only for a process that has ended.
 */
export function readNohangLine(before: NohangState, line: string): DaemonLog<NohangState> {
  const { step, pid } = before;
  const stay = { state: before, killedPid: null };
  switch (step) {
    case 'idle':
      return /^Victim status \(found in \d+ms\):$/.test(line)
        ? { state: { step: 'victim', pid: 0 }, killedPid: null }
        : stay;
    case 'victim': {
      const found = /^ {2}PID: {7}(\d{1,10}), name: /.exec(line)?.[1];
      return { state: found === undefined ? nohangStart : { step: 'named', pid: Number(found) }, killedPid: null };
    }
    case 'named':
      if (/^ {2}Sending SIG(?:TERM|KILL) to the victim$/.test(line))
        return { state: { step: 'sent', pid }, killedPid: null };
      return line.startsWith(nohangEnd) ? { state: nohangStart, killedPid: null } : stay;
    case 'sent':
      return { state: nohangStart, killedPid: line.startsWith('OK; total response time: ') ? pid : null };
  }
}

const nohangEnd = '<<=== FINISHING implement_corrective_action()';

/**
 * The control group that systemd-oomd killed, as a line of it says (252 and 257; 247 has none in Debian); null when it
 * says nothing of the kind. A user who names a group like the text after it shortens the name of a group of theirs.
 */
export function oomdVictim(line: string): string | null {
  return oomdKill.exec(line)?.[1] ?? null;
}

const oomdKill =
  /^Killed (\/[^\n]+?) due to memory (?:used \(\d+\) \/ total \(\d+\) and swap used \(\d+\) \/ total \(\d+\) being more than \d+\.\d+%|pressure for \/[^\n]* being \d+\.\d+% > \d+\.\d+% for > [^\n]+ with reclaim activity)$/;
