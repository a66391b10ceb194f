import type { Roster } from '../core/roster.ts';
import { missingAccountWords } from '../reconcile/missing-account.ts';
import { excerptText } from '../render/excerpt.ts';
import { counted, printable } from '../render/printable.ts';
import { formatUserMap } from '../render/user-map.ts';
import { findRoster, type LocatedProblem } from '../roster/load-roster.ts';
import { lookUpAccounts } from '../system/accounts.ts';
import { exitCodes, Refusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { invokerOf, stateDirectoryOf } from './open-context.ts';
import { readRoster } from './open-roster.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { args, env, terminal } = invocation;
  const [verb = ''] = args.positionals;
  if (verb !== 'check' && verb !== 'map') throw new Refusal(`roster ${JSON.stringify(verb)}: it is check or map`);
  const path = findRoster({ flag: args.last('roster'), env });
  if (path === null) throw new Refusal('there is no roster; give one: --roster FILE');

  const { roster, problems: found } = await readRoster(path);
  const missing = verb === 'check' && roster !== null ? await missingAccounts(invocation, roster) : [];
  const isStrict = args.has('strict');
  for (const problem of found) {
    terminal.writeError(`${printable(labelled(problem, isStrict))}\n`);
    if (problem.severity === 'error') terminal.writeError(excerptText(problem.excerpt));
  }
  for (const words of missing) terminal.writeError(`${path}: ${isStrict ? 'error' : 'warning'}: ${printable(words)}\n`);
  const errorCount =
    found.filter(({ severity }) => isStrict || severity === 'error').length + (isStrict ? missing.length : 0);
  const warningCount = found.length + missing.length - errorCount;
  const isRefused = roster === null || errorCount > 0;
  if (verb === 'map') {
    if (isRefused) return exitCodes.refused;
    terminal.writeOut(formatUserMap(roster));
    return exitCodes.done;
  }
  const users = roster === null ? 'it cannot be used' : counted(roster.users.length, 'user');
  const counts = [users, ...(errorCount === 0 ? [] : [counted(errorCount, 'error')]), counted(warningCount, 'warning')];
  terminal.writeOut(`${path}: ${counts.join(', ')}\n`);
  return isRefused ? exitCodes.refused : exitCodes.done;
}

function labelled(problem: LocatedProblem, isStrict: boolean): string {
  const { path, line, column, message } = problem;
  return `${path}:${line}:${column}: ${isStrict || problem.severity === 'error' ? 'error' : 'warning'}: ${message}`;
}

/** What is known of the roster's users without an account on this host. */
async function missingAccounts(invocation: Invocation, roster: Roster): Promise<readonly string[]> {
  const own = invokerOf(invocation.env).account;
  const names = roster.users.map(({ name }) => name);
  const accounts = new Map([...(await lookUpAccounts(names)), [own.name, own]]);
  const stateDirectory = stateDirectoryOf(invocation, own);
  return names.flatMap((name) =>
    accounts.has(name) ? [] : [`user ${name} ${missingAccountWords(name, { roster, stateDirectory })}`],
  );
}
