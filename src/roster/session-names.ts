import type { RosterProblem } from '../core/roster.ts';
import { subjectOf, valueAt } from './problem-words.ts';
import type { YamlFile } from './read-yaml.ts';
import { mistakeAt } from './whose-key.ts';

/** The expression that session names must match; null when the text is none. */
export function namesExpression(text: string): RegExp | null {
  try {
    return new RegExp(text, 'u');
  } catch {
    return null;
  }
}

/** What is wrong with the expression for session names at a place. */
export function namesProblems(file: YamlFile, pointer: string): readonly RosterProblem[] {
  const text = valueAt(file.value, pointer);
  if (typeof text !== 'string') return [];
  const complaint = complaintAbout(text);
  if (complaint === null) return [];
  return [mistakeAt(pointer, file.valuePosition(pointer), 'invalid-value', `${subjectOf(pointer)} ${complaint}`)];
}

function complaintAbout(text: string): string | null {
  if (namesExpression(text) === null) return 'is not a regular expression';
  // A name that a user chooses could keep a matcher busy for years: (a+)+ against aaaa…!
  if (/\([^()]*[*+{][^()]*\)[*+{]/.test(text)) return 'must not repeat a group that repeats something itself';
  return null;
}
