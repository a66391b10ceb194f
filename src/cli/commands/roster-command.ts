import type { Roster } from '../../core/roster.ts';
import { counted } from '../../core/text.ts';
import { meantAccount, missingAccountWords } from '../../reconcile/missing-account.ts';
import { excerptText } from '../../render/text/excerpt.ts';
import { maxColumns } from '../../render/text/fit-columns.ts';
import { listed, printable } from '../../render/text/printable.ts';
import { formatUserMap } from '../../render/user-map.ts';
import { wrapWords } from '../../render/text/wrap-words.ts';
import { findRoster, type LocatedProblem } from '../../roster/load-roster.ts';
import { lookUpAccounts } from '../../system/host/accounts.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import type { Invocation, Terminal } from '../invocation.ts';
import { invokerOf } from '../open-context.ts';
import { recordsPlaceOf } from '../records-place.ts';
import { readRoster } from '../open-roster.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { args, env, terminal } = invocation;
  const [verb = ''] = args.positionals;
  if (verb !== 'check' && verb !== 'map') throw new Refusal(`roster ${JSON.stringify(verb)}: it is check or map`);
  const path = findRoster({ flag: args.last('roster'), env });
  if (path === null) throw new Refusal('there is no roster; give one: --roster FILE');

  const { roster, problems } = await readRoster(path);
  const isError = ({ severity }: LocatedProblem): boolean => severity === 'error' || args.has('strict');
  for (const problem of problems) {
    terminal.writeError(lineFor(terminal, labelled(problem, isError(problem) ? 'error' : 'warning')));
    if (problem.severity === 'error') terminal.writeError(excerptText(problem.excerpt));
  }
  const errorCount = problems.filter(isError).length;
  if (verb === 'check') {
    const counts = [
      roster === null ? 'cannot be used' : counted(roster.users.length, 'user'),
      ...(errorCount === 0 ? [] : [counted(errorCount, 'error')]),
      counted(problems.length - errorCount, 'warning'),
    ];
    terminal.writeOut(lineFor(terminal, `${path}: ${counts.join(', ')}`));
    if (roster !== null)
      for (const line of await missingAccounts(invocation, roster)) terminal.writeOut(lineFor(terminal, line));
  }
  if (roster === null || errorCount > 0) return exitCodes.refused;
  if (verb === 'map') terminal.writeOut(formatUserMap(roster));
  return exitCodes.done;
}

function labelled({ path, line, column, message }: LocatedProblem, label: 'error' | 'warning'): string {
  return `${path}:${line}:${column}: ${label}: ${message}`;
}

/** A program reads whole lines; a person has 80 columns. */
function lineFor({ isOutShown }: Terminal, text: string): string {
  const safe = printable(text);
  return `${isOutShown ? wrapWords(safe, maxColumns - indent.length).join(`\n${indent}`) : safe}\n`;
}

const indent = '  ';

/** A line for each user whose name may be mistyped, and one for all others without an account on this host. */
async function missingAccounts(invocation: Invocation, roster: Roster): Promise<readonly string[]> {
  const own = invokerOf(invocation.env).account;
  const names = roster.users.map(({ name }) => name);
  const accounts = await lookUpAccounts(names.filter((name) => name !== own.name));
  const missing = names.filter((name) => name !== own.name && !accounts.has(name));
  const where = { roster, stateDirectory: recordsPlaceOf(invocation, own).stateDirectory };
  const found = missing.map((name) => ({ name, meant: meantAccount(name, where) }));
  const mistyped = found.filter(({ meant }) => meant !== null);
  const others = found.flatMap(({ name, meant }) => (meant === null ? [name] : []));
  return [
    ...mistyped.map(({ name, meant }) => `user ${name}: ${missingAccountWords(meant)}`),
    ...(others.length === 0 ? [] : [`no account on this host: ${listed(others)}`]),
  ];
}
