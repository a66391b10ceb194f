import type { Finding } from '../../core/diagnostic.ts';
import { shellQuote } from '../../core/own-command.ts';
import { rosterProblemText } from '../../core/roster.ts';
import { counted } from '../../core/text.ts';
import { examineHost, examineUsers } from '../../reconcile/doctor/examine-host.ts';
import { maxColumns } from '../../render/text/fit-columns.ts';
import { doctorDocument, renderDoctorText } from '../../render/diagnostics.ts';
import { findRoster } from '../../roster/load-roster.ts';
import { distrustedState } from '../../state/state-files.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { invokerOf, openContext, untrustedStateText } from '../open-context.ts';
import { isClosedTo, readRoster } from '../open-roster.ts';
import { writeResult } from '../output.ts';
import { recordsPlaceOf } from '../records-place.ts';
import { askedUsers } from '../user-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const asked = askedUsers(invocation.args);
  const roster = asked.length > 0 ? [] : await rosterFindings(invocation);
  const host = await hostFindings(invocation, asked);
  // The run of the checks tells what the file alone does not, and both tell what is wrong in it.
  const told = new Set(roster.map(({ message }) => message));
  const findings = [...roster, ...host.findings.filter(({ message }) => !told.has(message))];
  writeResult(invocation, {
    document: () => doctorDocument(host.name, invocation.now().toISOString(), findings),
    text: ({ color }) =>
      renderDoctorText(findings, { color, columns: invocation.terminal.isOutShown ? maxColumns : null }),
    diagnostics: [],
  });
  const failing = invocation.args.has('strict') ? ['error', 'warning'] : ['error'];
  return findings.some(({ severity }) => failing.includes(severity)) ? exitCodes.failed : exitCodes.done;
}

async function rosterFindings(invocation: Invocation): Promise<readonly Finding[]> {
  try {
    return await findingsOfRoster(invocation);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problems.map((message) => ({ severity: 'error', subject: 'roster', message, mend: null }));
  }
}

async function findingsOfRoster({ args, env }: Invocation): Promise<readonly Finding[]> {
  const path = findRoster({ flag: args.last('roster'), env });
  const own = invokerOf(env).account;
  if (path === null || isClosedTo(own, path)) {
    const why = path === null ? 'there is none' : `${path} is closed to ${own.name}`;
    return [{ severity: 'ok', subject: 'roster', message: `${why}: this is about the invoking user`, mend: null }];
  }
  const { roster, problems } = await readRoster(path);
  const found = problems.map((problem): Finding => {
    const message = rosterProblemText(path, problem);
    return { severity: problem.severity, subject: 'roster', message, mend: `editor ${shellQuote(path)}` };
  });
  if (roster === null) return found;
  const message = `${path} lists ${counted(roster.users.length, 'user')}`;
  return [{ severity: 'ok', subject: 'roster', message, mend: null }, ...found];
}

/**
 * The checks that need a usable roster; without one, the problem of the roster itself. Of named users only their own
 * ones, and a name that means nobody is a Refusal.
 */
async function hostFindings(
  invocation: Invocation,
  asked: readonly string[],
): Promise<{ readonly name: string; readonly findings: readonly Finding[] }> {
  const { stateDirectory } = recordsPlaceOf(invocation, invokerOf(invocation.env).account);
  const distrust = distrustedState(stateDirectory);
  if (distrust !== null) {
    const message = untrustedStateText(stateDirectory, distrust);
    return { name: '', findings: [{ severity: 'error', subject: 'state', message, mend: distrust.mend }] };
  }
  try {
    const context = await openContext(invocation, asked, 'record');
    const twins = context.diagnostics.flatMap(({ code, severity, user, message }): readonly Finding[] =>
      code === 'same-user-id' ? [{ severity, subject: `user ${user}`, message, mend: null }] : [],
    );
    const unusable = context.diagnostics.flatMap(({ code, severity, message }): readonly Finding[] =>
      code === 'roster-unusable' ? [{ severity, subject: 'roster', message, mend: null }] : [],
    );
    const examine = asked.length > 0 ? examineUsers : examineHost;
    return { name: context.host.hostname, findings: [...unusable, ...twins, ...(await examine(context))] };
  } catch (error) {
    if (!(error instanceof Refusal) || asked.length > 0) throw error;
    const mend = 'tmux-persist roster check';
    const message = `users, state and tmux were not looked at: ${error.problems[0] ?? 'refused'}`;
    return { name: '', findings: [{ severity: 'error', subject: 'host', message, mend }] };
  }
}
