import { isTimerStopped } from '../../core/units/unit-health.ts';
import { reportStatus } from '../../reconcile/observe/report-status.ts';
import { renderStatusText, statusDocument } from '../../render/status/status.ts';
import { printable } from '../../render/text/printable.ts';
import { placeholderNames, statusLine } from '../../render/status/status-line.ts';
import { readHeartbeat } from '../../state/heartbeat.ts';
import { isSafeUserName } from '../../state/state-paths.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { invokerOf, openContext } from '../open-context.ts';
import { writeResult } from '../output.ts';
import { recordsPlaceOf } from '../records-place.ts';
import { askedUsers } from '../user-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const format = invocation.args.last('format');
  return format === null ? showStatus(invocation) : showLine(invocation, format);
}

/** For a status line, which asks every few seconds: it reads one file, and looks at no tmux. */
async function showLine(invocation: Invocation, format: string): Promise<number> {
  const { args, env, terminal, now } = invocation;
  if (args.has('json')) throw new Refusal('--format and --json exclude each other');
  const own = invokerOf(env).account;
  const [user = own.name, ...others] = askedUsers(args);
  if (others.length > 0) throw new Refusal('--format is for one user');
  const { stateDirectory } = recordsPlaceOf(invocation, own);
  if (!isSafeUserName(user)) throw new Refusal(`${JSON.stringify(user)} is not the name of a user`);
  const heartbeat = readHeartbeat(stateDirectory, user);
  const facts = { sessions: heartbeat?.sessions ?? null, lastGoodAt: heartbeat?.lastGood?.time ?? null };
  const line = statusLine(format, facts, now().getTime());
  if (line.kind === 'unknown') {
    throw new Refusal(`--format has no {${line.names.join('}, {')}}; it has {${placeholderNames.join('}, {')}}`);
  }
  terminal.writeOut(`${printable(line.text)}\n`);
  return exitCodes.done;
}

async function showStatus(invocation: Invocation): Promise<number> {
  const asked = askedUsers(invocation.args);
  const context = await openContext(invocation, asked, 'record');
  const isOfAll = asked.length === 0;
  // Whose records root keeps means oneself.
  const withStrangers = isOfAll && context.recordsKeeper === 'invoker';
  const status = await reportStatus(context, { withStrangers, withUnits: isOfAll });
  writeResult(invocation, {
    document: () => statusDocument(status),
    text: (options) => renderStatusText(status, options),
    diagnostics: status.diagnostics,
  });
  if (status.units !== null && isTimerStopped(status.units)) return exitCodes.failed;
  const isUnknown = status.users.some(({ observation }) => observation?.kind === 'unknown');
  const areUnitsUnknown = status.diagnostics.some(({ code }) => code === 'units-unknown');
  const isRosterBroken = context.diagnostics.some(({ severity }) => severity === 'error');
  return isUnknown || areUnitsUnknown || isRosterBroken ? exitCodes.incomplete : exitCodes.done;
}
