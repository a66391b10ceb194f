import { readYaml } from './read-yaml.ts';
import { rosterFrom } from './roster-from.ts';
import { inFileOrder, type RosterReading, tooLarge, withoutByteOrderMark } from './roster-reading.ts';
import { brokenRules, unknownKeys } from './roster-rules.ts';
import { schemaProblems } from './schema-problems.ts';
import { validateRoster } from './validate-roster.gen.js';

/** Reads a roster from YAML or JSON, and reports every problem at once. */
export function parseRoster(text: string, path: string): RosterReading {
  const oversize = tooLarge(text);
  if (oversize !== null) return { roster: null, problems: [oversize] };

  const { file, problems: syntax } = readYaml(withoutByteOrderMark(text));
  if (file === null) return { roster: null, problems: inFileOrder(syntax) };

  const { value } = file;
  const isValid = validateRoster(value);
  const problems = inFileOrder([
    ...syntax,
    ...schemaProblems(file, isValid ? [] : (validateRoster.errors ?? [])),
    ...unknownKeys(file),
    ...brokenRules(file),
  ]);
  const isUsable = isValid && problems.every((problem) => problem.severity === 'warning');
  return { roster: isUsable ? rosterFrom(value, path) : null, problems };
}
