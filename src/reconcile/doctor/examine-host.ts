import type { Finding } from '../../core/diagnostic.ts';
import { optionWithValue, shellQuote, writingCommand } from '../../core/own-command.ts';
import { unmanagedWords } from '../../core/servers.ts';
import { saveOverdueMs } from '../../core/report/status.ts';
import { counted } from '../../core/text.ts';
import { snapshotPath } from '../../state/state-paths.ts';
import { watchUnit } from '../../systemd/unit-files.ts';
import type { TmuxTarget } from '../../tmux/tmux-target.ts';
import type { Context } from '../context.ts';
import { type Assessment, assessUsers } from '../observe/assess-users.ts';
import { meantAccount, missingAccountWords } from '../missing-account.ts';
import { targetFor } from '../observe/observe-users.ts';
import { isLeftAlone, lookAtUnits } from '../observe/look-at-units.ts';
import { lookAtWatch } from '../observe/look-at-watch.ts';
import { examineAgents } from './examine-agents.ts';
import { examineMetrics, examineProgram, examineTools } from './examine-program.ts';
import { examineSavers } from './examine-savers.ts';
import { mendUnknownTmux } from './examine-server.ts';
import { examineState, examineUnits } from './examine-state.ts';
import { examineWatch } from './examine-watch.ts';

/** Checks whether sessions can be saved and restored. It changes nothing, and writes one file only to remove it. */
export async function examineHost(context: Context): Promise<readonly Finding[]> {
  const tools = [...(await examineTools(context)), ...examineProgram(context)];
  const state = [...examineState(context), examineMetrics(context)];
  const look = await lookAtUnits(context);
  const units = examineUnits(context, look);
  const watch = lookAtWatch(context);
  // A unit of ours that keeps sessions from being saved is told once.
  const isTold = units.some(({ severity, subject }) => severity === 'error' && subject.includes('-save.'));
  const saves = isTold ? [] : await examineSavers(context, { look, watch });
  return [
    ...tools,
    ...state,
    ...units,
    ...examineWatch(context, watch, isLeftAlone(look, watchUnit)),
    ...saves,
    ...(await examineUsers(context)),
  ];
}

/** Checks the users of the run alone. Reads only. */
export async function examineUsers(context: Context): Promise<readonly Finding[]> {
  const assessments = await assessUsers(context, context.users, 'leave-out');
  const agents = await examineAgents(context, assessments);
  return assessments.flatMap((one) => [...examineUser(context, one), ...(agents.get(one) ?? [])]);
}

function examineUser(context: Context, assessment: Assessment): readonly Finding[] {
  const { rosterUser, account } = assessment;
  const subject = `user ${rosterUser.name}`;
  if (account === null) {
    const meant = meantAccount(rosterUser.name, context);
    const message = missingAccountWords(meant);
    if (meant === null) {
      return [{ severity: 'warning', subject, message, mend: `useradd --create-home ${shellQuote(rosterUser.name)}` }];
    }
    const mend = context.roster.path === null ? null : `editor ${shellQuote(context.roster.path)}`;
    return [{ severity: meant.hasRecords ? 'error' : 'warning', subject, message, mend }];
  }
  return [
    examineTmux(subject, assessment, targetFor(context, account)),
    ...examineOtherServers(subject, assessment),
    examineSaves(context, subject, assessment),
    ...examineRecord(context, subject, assessment),
  ];
}

function examineTmux(subject: string, { observation }: Assessment, target: TmuxTarget): Finding {
  switch (observation.kind) {
    case 'observed': {
      const message = `tmux answers, with ${counted(observation.sessions.length, 'session')}`;
      return { severity: 'ok', subject, message, mend: null };
    }
    case 'absent': {
      const message = observation.socket === 'stale' ? 'no tmux server; it died and left its socket' : 'no tmux server';
      return { severity: 'ok', subject, message, mend: null };
    }
    case 'unknown':
      return {
        severity: 'error',
        subject,
        message: `tmux is unknown: ${observation.reason}`,
        mend: mendUnknownTmux(observation, target),
      };
  }
}

/** Servers on other sockets: those that are saved, and those that nothing saves. */
function examineOtherServers(subject: string, { observation: { beside } }: Assessment): readonly Finding[] {
  const managed = (beside?.managed ?? []).map(({ socket, observation }): Finding => {
    const found =
      observation.kind === 'observed'
        ? `answers, with ${counted(observation.sessions.length, 'session')}`
        : 'is not running';
    return { severity: 'ok', subject, message: `the tmux server on ${socket} ${found}`, mend: null };
  });
  const others = (beside?.unmanaged ?? []).map((server): Finding => {
    const hint = server.obstacle === null ? '; persist.sockets in the roster names the managed ones' : '';
    return { severity: 'warning', subject, message: `${unmanagedWords(server)}${hint}`, mend: server.mend };
  });
  return [...managed, ...others];
}

function examineSaves(context: Context, subject: string, { heartbeat, observation }: Assessment): Finding {
  // It names nobody, so that the same finding about several users is told once. Where the look failed, so would a save.
  const mend = observation.kind === 'unknown' ? null : writingCommand(context, 'save');
  const lastGood = heartbeat?.lastGood ?? null;
  if (lastGood === null) return { severity: 'warning', subject, message: 'was never saved', mend };
  const ageMs = context.now().getTime() - Date.parse(lastGood.time);
  const minutes = Math.round(ageMs / 60_000);
  if (ageMs > saveOverdueMs) {
    const why = heartbeat?.reason ?? null;
    const message = `the last good save is ${minutes} min old${why === null ? '' : `: ${why}`}`;
    return { severity: 'error', subject, message, mend };
  }
  return { severity: 'ok', subject, message: `the last good save is ${minutes} min old`, mend: null };
}

function examineRecord(context: Context, subject: string, assessment: Assessment): readonly Finding[] {
  const { rosterUser, stored } = assessment;
  const user = rosterUser.name;
  const { stateDirectory, recordsKeeper } = context;
  const damaged = stored.damaged.map(({ id, reason }): Finding => {
    const path = snapshotPath(stateDirectory, user, id);
    const message = `snapshot ${id} is passed over: ${reason}`;
    // The command moves the file aside and does not remove it, because somebody may still need its content.
    return {
      severity: 'warning',
      subject,
      message,
      mend: recordsKeeper === 'root' ? null : `mv -T ${shellQuote(path)} ${shellQuote(`${path}.damaged`)}`,
    };
  });
  const others = stored.diagnostics.filter(({ code }) => code !== 'snapshot-damaged');
  return [
    ...damaged,
    ...others.map(({ severity, code, message }): Finding => {
      const mend =
        code === 'no-valid-snapshot' ? writingCommand(context, 'save', optionWithValue('--user', user)) : null;
      return { severity, subject, message, mend };
    }),
  ];
}
