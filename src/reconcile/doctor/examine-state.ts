import { type Stats, statSync } from 'node:fs';
import type { Finding } from '../../core/diagnostic.ts';
import { shellQuote } from '../../core/own-command.ts';
import { judgeUnits } from '../../core/units/unit-health.ts';
import { errnoName, systemErrorText } from '../../system/errors.ts';
import type { Context } from '../context.ts';
import type { UnitsLook } from '../observe/look-at-units.ts';
import { examineDisk } from './examine-disk.ts';

const subject = 'state';

/** Checks that the records can be written, and that only their owner can change their directories. */
export function examineState({ stateDirectory, invoker, recordsKeeper }: Context): readonly Finding[] {
  if (recordsKeeper === 'root') {
    return [{ severity: 'ok', subject, message: `root keeps the records in ${stateDirectory}`, mend: null }];
  }
  const uid = invoker.account.uid;
  const create = `install -d -m ${uid === 0 ? '0755' : '0700'} ${shellQuote(stateDirectory)}`;
  const stats = statOf(stateDirectory);
  if (stats === 'missing') {
    return [{ severity: 'warning', subject, message: `${stateDirectory} is not there yet`, mend: create }];
  }
  if (typeof stats === 'string') {
    return [{ severity: 'error', subject, message: `${stateDirectory}: ${stats}`, mend: null }];
  }
  const problem = problemOf(stats, stateDirectory, uid);
  if (problem !== null) return [problem];
  const disk = examineDisk(stateDirectory);
  return disk.length > 0 ? disk : [{ severity: 'ok', subject, message: stateDirectory, mend: null }];
}

function statOf(path: string): Stats | string {
  try {
    return statSync(path);
  } catch (error) {
    return errnoName(error) === 'ENOENT' ? 'missing' : systemErrorText(error);
  }
}

function problemOf(stats: Stats, path: string, uid: number): Finding | null {
  if (!stats.isDirectory()) {
    return {
      severity: 'error',
      subject,
      message: `${path} is not a directory`,
      mend: `mv ${shellQuote(path)} ${shellQuote(`${path}.old`)}`,
    };
  }
  if (stats.uid !== uid) {
    const message = `${path} belongs to user id ${stats.uid}, who could change every record`;
    return { severity: 'error', subject, message, mend: `chown ${uid} ${shellQuote(path)}` };
  }
  if ((stats.mode & 0o022) !== 0) {
    const message = `${path} can be written by others, who could change every record`;
    return { severity: 'error', subject, message, mend: `chmod go-w ${shellQuote(path)}` };
  }
  return null;
}

/** Checks that the host's units save and restore by themselves. */
export function examineUnits(context: Context, look: UnitsLook): readonly Finding[] {
  if (look.kind === 'none') {
    return [{ severity: 'ok', subject: 'systemd units', message: `not looked at: ${look.reason}`, mend: null }];
  }
  if (look.kind === 'unknown') {
    return [{ severity: 'error', subject: 'systemd units', message: look.reason, mend: 'systemctl status' }];
  }
  const { units } = judgeUnits(look.situation);
  const found = units.map(({ unit, state, problem, mend, isVital, leftAlone }): Finding => {
    if (problem === null && leftAlone !== null) {
      const message = `${state}; left alone since ${leftAlone.since} by ${leftAlone.path}`;
      return { severity: 'ok', subject: unit, message, mend: null };
    }
    if (problem === null) return { severity: 'ok', subject: unit, message: state, mend: null };
    return { severity: isVital ? 'error' : 'warning', subject: unit, message: problem, mend };
  });
  return context.roster.path === null ? [...found, withoutRoster] : found;
}

/** The units serve the users of a roster. Without one they save root alone. */
const withoutRoster: Finding = {
  severity: 'error',
  subject: 'roster',
  message: 'there is none, so that the units save and restore nobody but root',
  mend: 'cp /etc/tmux-persist/roster.example.yaml /etc/tmux-persist/roster.yaml',
};
