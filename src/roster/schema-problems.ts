import type { SchemaViolation } from '../core/diagnostic.ts';
import type { RosterProblem } from '../core/roster.ts';
import { nearMiss } from '../core/text.ts';
import { childPointer, quoted, segmentsOf, subjectOf, valueAt } from './problem-words.ts';
import type { YamlFile } from './read-yaml.ts';
import { mistakeAt } from './whose-key.ts';

/** Reports breaches of the schema in the words of the roster, each at its node. */
export function schemaProblems(file: YamlFile, violations: readonly SchemaViolation[]): readonly RosterProblem[] {
  return violations.flatMap((violation) => {
    if (violation.propertyName !== undefined) return accountNameProblem(file, violation, violation.propertyName);
    const { instancePath: pointer } = violation;
    switch (violation.keyword) {
      case 'propertyNames':
        return []; // The name's own violation says more.
      case 'required':
        return [
          mistakeAt(
            pointer,
            file.keyPosition(pointer),
            'missing-key',
            `${subjectOf(pointer)} needs the key ${quoted(textOf(violation.params['missingProperty']))}`,
          ),
        ];
      case 'uniqueItems':
        return repeatedItems(file, pointer);
      default:
        return [invalid(pointer, file, `${subjectOf(pointer)} ${complaint(file, violation)}`)];
    }
  });
}

function accountNameProblem(file: YamlFile, violation: SchemaViolation, name: string): readonly RosterProblem[] {
  const pointer = childPointer(violation.instancePath, name);
  const asNumber = file.keysNotText.has(pointer) && /\d/.test(name) ? ', and YAML reads this one as a number' : '';
  const rule =
    violation.keyword === 'maxLength'
      ? `may have at most ${textOf(violation.params['limit'])} characters`
      : `starts with a letter or "_", then come letters, digits, ".", "_" or "-"`;
  const message = `${subjectOf(pointer)} is not an account name: it ${rule}${asNumber}`;
  return [mistakeAt(pointer, file.keyPosition(pointer), 'invalid-value', message)];
}

function repeatedItems(file: YamlFile, pointer: string): readonly RosterProblem[] {
  const items: unknown = valueAt(file.value, pointer);
  if (!Array.isArray(items)) return [];
  const seen = new Set<unknown>();
  return items.flatMap((item: unknown, index) => {
    if (!seen.has(item)) {
      seen.add(item);
      return [];
    }
    const position = file.valuePosition(childPointer(pointer, index));
    return [mistakeAt(pointer, position, 'duplicate-item', `${subjectOf(pointer)} lists ${shown(item)} twice`)];
  });
}

function complaint(file: YamlFile, violation: SchemaViolation): string {
  const { instancePath: pointer, params } = violation;
  const value = valueAt(file.value, pointer);
  const limit = textOf(params['limit']);
  switch (violation.keyword) {
    case 'type':
      if (pointer === '/users' && Array.isArray(value)) {
        return 'must be a map, not a list; write each user as "emo:" instead of "- name: emo"';
      }
      return wrongType(params['type'], value, file.sourceOf(pointer));
    case 'enum':
      return notAllowed(params['allowedValues'], value);
    case 'pattern':
      return `must be ${formOf(pointer)}, not ${shown(value)}`;
    case 'minLength':
    case 'minItems':
      return limit === '1' ? 'must not be empty' : `must have at least ${limit} parts`;
    case 'maxLength':
      return `may have at most ${limit} characters`;
    case 'minimum':
      return `must be at least ${limit}, not ${shown(value)}`;
    case 'maximum':
      return `may be at most ${limit}, not ${shown(value)}`;
    default:
      return violation.message ?? `breaks the rule ${violation.keyword}`;
  }
}

function wrongType(expected: unknown, value: unknown, source: string | null): string {
  const types: readonly unknown[] = Array.isArray(expected) ? expected : textOf(expected).split(',');
  const names = types.filter((type) => type !== 'null').map((type) => typeNames.get(textOf(type)) ?? textOf(type));
  const couldBeQuoted = types.includes('string') && source !== null && source !== '' && !isCollection(value);
  const hint = couldBeQuoted ? `; write it in quotes: ${quoted(source)}` : '';
  return `must be ${names.join(' or ')}, not ${shown(value)}${hint}`;
}

const typeNames: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['object', 'a map'],
  ['array', 'a list'],
  ['boolean', 'true or false'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
]);

function notAllowed(allowedValues: unknown, value: unknown): string {
  const allowed = Array.isArray(allowedValues) ? allowedValues.filter((one) => one !== null).map(textOf) : [];
  const guess = typeof value === 'string' ? nearMiss(value, allowed) : null;
  const hint = guess === null ? '' : `; did you mean ${quoted(guess)}?`;
  return `must be ${[allowed.slice(0, -1).join(', '), allowed.at(-1)].filter(Boolean).join(' or ')}, not ${shown(value)}${hint}`;
}

/** Explains the pattern of a key in words. */
function formOf(pointer: string): string {
  const key = segmentsOf(pointer).findLast((segment) => !/^\d+$/.test(segment));
  switch (key) {
    case 'authentik_user':
      return 'text without "=", ":", "#", spaces or control characters';
    case 'namespaces':
      return 'a namespace (lower-case letters, digits and "-", with a letter or digit at both ends)';
    case 'repos':
      return 'a plain repository name (letters, digits, ".", "_", "-"; no slash)';
    case 'sockets':
      return 'a file name or an absolute path';
    case 'heal':
      return '"on", "off" or a map';
    case 'message':
      return 'text without NUL characters';
    case 'keep_when':
      return 'one tmux format, such as "#{==:#{@origin},user}", without "#("';
    case 'scrollback':
      return 'a whole number, or "off"';
    case 'programs':
      return pointer.endsWith('/programs') ? 'a list, or "off"' : 'text without control characters';
    default:
      return 'text without control characters';
  }
}

function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : typeof value === 'string' ? quoted(value) : textOf(value);
}

function isCollection(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string {
  return String(value);
}

function invalid(pointer: string, file: YamlFile, message: string): RosterProblem {
  return mistakeAt(pointer, file.valuePosition(pointer), 'invalid-value', message);
}
