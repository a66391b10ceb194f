import type { RosterProblem } from '../core/roster.ts';
import { subjectOf, valueAt } from './problem-words.ts';
import type { YamlFile } from './read-yaml.ts';
import { mistakeAt } from './whose-key.ts';

/** The expression that session names must match; null when the text is none. */
export function namesExpression(text: string): RegExp | null {
  // Without the flag more escapes are allowed, such as those that Perl and Python know.
  return expressionOf(text, 'u') ?? expressionOf(text, '');
}

function expressionOf(text: string, flags: string): RegExp | null {
  try {
    return new RegExp(text, flags);
  } catch {
    return null;
  }
}

/** What is wrong with the rules for the sessions to keep in the settings at a place. */
export function keepingProblems(file: YamlFile, settings: string): readonly RosterProblem[] {
  return [
    ...problemsAt(file, `${settings}/names`, complaintAboutNames),
    ...problemsAt(file, `${settings}/keep_when`, complaintAboutFormat),
  ];
}

function problemsAt(
  file: YamlFile,
  pointer: string,
  complaintAbout: (text: string) => string | null,
): readonly RosterProblem[] {
  const text = valueAt(file.value, pointer);
  const complaint = typeof text === 'string' ? complaintAbout(text) : null;
  if (complaint === null) return [];
  return [mistakeAt(pointer, file.valuePosition(pointer), 'invalid-value', `${subjectOf(pointer)} ${complaint}`)];
}

/**
 * The format stands in a condition of another one, which a brace too many or a second format would end. What begins
 * otherwise, the schema tells.
 */
function complaintAboutFormat(text: string): string | null {
  let open = 0;
  for (const { 0: piece, index } of text.matchAll(/#[{},#]|\}/g)) {
    if (piece === '#{') open += 1;
    if (piece === '}') open -= 1;
    if (open <= 0 && index < text.length - 1) return 'must be one format: "#{" at its begin, and its "}" at the end';
  }
  return open === 0 ? null : 'has more "#{" than "}"';
}

function complaintAboutNames(text: string): string | null {
  if (namesExpression(text) === null) return 'is not a regular expression';
  return canTakeForever(text)
    ? 'must not repeat a group that repeats something itself, or that has alternatives'
    : null;
}

/** A name that a user chooses could keep a matcher busy for years: `(a+)+` and `(a|aa)+` against `aaaa…!`. */
function canTakeForever(text: string): boolean {
  const pieces = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\((?:\?(?:[:=!]|<[^>]*>?))?|\)(?:[*+]|\{\d)?|[*+{|]/g;
  const groups = [false];
  for (const [piece] of text.matchAll(pieces)) {
    if (piece.startsWith('(')) groups.push(false);
    else if (piece.startsWith(')')) {
      const varies = groups.pop() ?? false;
      const isRepeated = piece !== ')';
      if (varies && isRepeated) return true;
      if (varies || isRepeated) groups[groups.length - 1] = true;
    } else if (/^[*+{|]/.test(piece)) groups[groups.length - 1] = true;
  }
  return false;
}
