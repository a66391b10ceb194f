import type { RosterProblem } from '../core/roster.ts';
import { ownPart } from './own-part.ts';
import { childPointer, entriesOf, quoted, valueAt } from './problem-words.ts';
import { readYaml, type YamlFile } from './read-yaml.ts';
import { rosterFrom } from './roster-from.ts';
import { inFileOrder, type RosterReading, tooLarge, withoutByteOrderMark } from './roster-reading.ts';
import { brokenRules, unknownKeys } from './roster-rules.ts';
import { schemaProblems } from './schema-problems.ts';
import { warningAt } from './whose-key.ts';
import { validateRoster } from './validate-roster.gen.js';

/** Reads a roster from YAML or JSON, and reports every problem at once. */
export function parseRoster(text: string, path: string): RosterReading {
  const oversize = tooLarge(text);
  if (oversize !== null) return { roster: null, problems: [oversize] };

  const { file, problems: syntax } = readYaml(withoutByteOrderMark(text));
  if (file === null) return { roster: null, problems: inFileOrder(syntax) };
  return readFile(file, path, syntax);
}

interface SettingsReading extends RosterReading {
  /** The settings as a roster has them: `persist`, and `users` with the given names. */
  readonly document: object;
}

/**
 * Reads the settings of a user map: a file like a roster, which need not list the users, or only what a roster has under
 * `persist`. The users are those of the map.
 */
export function parseSettings(text: string, path: string, names: readonly string[]): SettingsReading {
  const { file, problems } = readYaml(withoutByteOrderMark(text));
  if (file === null) return { roster: null, problems: inFileOrder(problems), document: {} };
  const settings = settingsFile(file, names);
  const strangers = entriesOf(valueAt(file.value, '/users')).flatMap(([name]) => {
    const position = file.keyPosition(childPointer('/users', name));
    return names.includes(name)
      ? []
      : [warningAt(position, 'unknown-key', `user ${quoted(name)} is not in the user map`)];
  });
  return { ...readFile(settings.file, path, [...problems, ...strangers]), document: settings.document };
}

/** The same file as if it were a roster. */
function settingsFile(
  file: YamlFile,
  names: readonly string[],
): { readonly file: YamlFile; readonly document: object } {
  const top = file.value ?? {};
  const isRoster = valueAt(top, '/persist') !== undefined || valueAt(top, '/users') !== undefined;
  if (typeof top !== 'object' || Array.isArray(top)) return { file, document: {} };
  const users = Object.fromEntries(names.map((name) => [name, valueAt(top, childPointer('/users', name)) ?? null]));
  const document = isRoster ? { ...top, users } : { persist: top, users };
  const inFile = (pointer: string): string => (isRoster ? pointer : pointer.replace(/^\/persist(?=\/|$)/, ''));
  return {
    document,
    file: {
      value: document,
      keysNotText: file.keysNotText,
      keyPosition: (pointer) => file.keyPosition(inFile(pointer)),
      valuePosition: (pointer) => file.valuePosition(inFile(pointer)),
      sourceOf: (pointer) => file.sourceOf(inFile(pointer)),
    },
  };
}

/** Checks a file and takes from it what can be used. */
function readFile(file: YamlFile, path: string, syntax: readonly RosterProblem[]): RosterReading {
  const found = [
    ...syntax,
    ...schemaProblems(file, validateRoster(file.value) ? [] : (validateRoster.errors ?? [])),
    ...unknownKeys(file),
    ...brokenRules(file),
  ];
  const problems = inFileOrder(found);
  if (problems.some(({ severity, user }) => severity === 'error' && user === null)) return { roster: null, problems };
  const own = ownPart(file, found);
  if (!validateRoster(own)) throw new TypeError(`the usable part of ${path} is not valid`);
  const roster = rosterFrom(own, path, mistakesIn(found));
  const isAnybodyLeft = roster.users.length > 0 || problems.every(({ severity }) => severity === 'warning');
  return { roster: isAnybodyLeft ? roster : null, problems };
}

/** The first mistake of each user who has any. */
function mistakesIn(problems: readonly RosterProblem[]): ReadonlyMap<string, RosterProblem> {
  const mistakes = problems.flatMap((problem) =>
    problem.severity === 'error' && problem.user !== null ? [[problem.user, problem] as const] : [],
  );
  return new Map(mistakes.toReversed());
}
