import { rosterProblemText } from '../core/roster.ts';
import { counted, printable } from '../render/printable.ts';
import { formatUserMap } from '../render/user-map.ts';
import { findRoster } from '../roster/load-roster.ts';
import { exitCodes, Refusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { readRoster } from './open-roster.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { args, env, terminal } = invocation;
  const [verb = ''] = args.positionals;
  if (verb !== 'check' && verb !== 'map') throw new Refusal(`roster ${JSON.stringify(verb)}: it is check or map`);
  const path = findRoster({ flag: args.last('roster'), env });
  if (path === null) throw new Refusal('there is no roster; give one: --roster FILE');

  const { roster, problems: found } = await readRoster(path);
  const problems = args.has('strict') ? found.map((problem) => ({ ...problem, severity: 'error' as const })) : found;
  const errors = problems.filter(({ severity }) => severity === 'error');
  for (const problem of problems) terminal.writeError(`${printable(rosterProblemText(path, problem))}\n`);
  if (roster === null || errors.length > 0) return exitCodes.refused;
  if (verb === 'map') terminal.writeOut(formatUserMap(roster));
  else terminal.writeOut(`${path}: ${counted(roster.users.length, 'user')}, ${counted(problems.length, 'warning')}\n`);
  return exitCodes.done;
}
