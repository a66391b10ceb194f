import { defaultPolicy, maxHealMessageBytes, type RosterProblem } from '../core/roster.ts';
import { nearMiss } from '../core/text.ts';
import { childPointer, entriesOf, quoted, subjectOf, valueAt } from './problem-words.ts';
import { loginProblems } from './logins.ts';
import { keepingProblems } from './session-names.ts';
import { isClearSwitch } from './switch-words.ts';
import type { YamlFile } from './read-yaml.ts';
import { mistakeAt, warningAt } from './whose-key.ts';

/** The provisioner checks it out in every workspace. */
const reservedRepo = 'infra';

/** Checks the rules across keys, which a schema cannot express. A value of the wrong type is left to the schema. */
export function brokenRules(file: YamlFile): readonly RosterProblem[] {
  const pointers = entriesOf(valueAt(file.value, '/users')).map(([name]) => childPointer('/users', name));
  return [
    ...nobodyListed(file),
    ...pointers.flatMap((pointer) => [
      ...namesNotText(file, pointer),
      ...namespaceRules(file, pointer),
      ...repoRules(file, pointer),
      ...parkedRules(file, pointer),
    ]),
    ...loginProblems(file, pointers),
    ...['', ...pointers].flatMap((pointer) => [
      ...longMessage(file, `${pointer}/persist/heal/message`),
      ...keepingProblems(file, `${pointer}/persist`),
    ]),
  ];
}

/** A map without entries says that there is nobody. No map at all may be what a write has left that was cut off. */
function nobodyListed({ value, keyPosition }: YamlFile): readonly RosterProblem[] {
  const users = valueAt(value, '/users');
  if (value === null) return [warningAt(keyPosition(''), 'empty', 'roster is empty')];
  if (users === null) return [warningAt(keyPosition('/users'), 'empty', 'roster lists no users')];
  const isEmptyMap = typeof users === 'object' && !Array.isArray(users) && entriesOf(users).length === 0;
  return isEmptyMap ? [warningAt(keyPosition('/users'), 'no-users', 'roster lists no users')] : [];
}

// Reports names such as `true` and `null`: valid account names, but other readers of the file would see no name.
// (Numbers break the schema.)
function namesNotText(file: YamlFile, pointer: string): readonly RosterProblem[] {
  const source = pointer.slice('/users/'.length);
  if (!file.keysNotText.has(pointer) || !/^[A-Za-z_]/.test(source)) return [];
  const message = `${subjectOf(pointer)} is not text to YAML; write it in quotes: ${quoted(source)}`;
  return [mistakeAt(pointer, file.keyPosition(pointer), 'key-not-text', message)];
}

function namespaceRules(file: YamlFile, pointer: string): readonly RosterProblem[] {
  const tier = valueAt(file.value, `${pointer}/tier`);
  const namespaces = valueAt(file.value, `${pointer}/namespaces`);
  if (tier === 'namespace-owner' && namespaces === undefined) {
    const message = `${subjectOf(pointer)}: tier namespace-owner needs namespaces, such as "namespaces: [NAME]"`;
    return [warningAt(file.valuePosition(`${pointer}/tier`), 'namespaces-required', message)];
  }
  if (tier === 'namespace-owner' || isNothing(namespaces)) return [];
  const message = `${subjectOf(pointer)}: namespaces mean nothing without tier namespace-owner`;
  return [warningAt(file.keyPosition(`${pointer}/namespaces`), 'namespaces-unused', message)];
}

function repoRules(file: YamlFile, pointer: string): readonly RosterProblem[] {
  const repos: unknown = valueAt(file.value, `${pointer}/repos`);
  if (isNothing(repos)) return [];
  const hasWorkspace = valueAt(file.value, `${pointer}/code_layout`) === 'workspace';
  const misplaced = `${subjectOf(pointer)}: repos need code_layout: workspace`;
  const reserved = `${subjectOf(pointer)}: repos must not list "${reservedRepo}", which every workspace has`;
  const items: readonly unknown[] = Array.isArray(repos) ? repos : [];
  return [
    ...(hasWorkspace ? [] : [warningAt(file.keyPosition(`${pointer}/repos`), 'repos-without-workspace', misplaced)]),
    ...items.flatMap((repo, index) =>
      repo === reservedRepo
        ? [warningAt(file.valuePosition(childPointer(`${pointer}/repos`, index)), 'reserved-repo', reserved)]
        : [],
    ),
  ];
}

/** Left out, left empty, and an empty list mean the same. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function parkedRules(file: YamlFile, pointer: string): readonly RosterProblem[] {
  const parked = valueAt(file.value, `${pointer}/parked`);
  if (parked === undefined || isClearSwitch(parked)) return [];
  const message = `${subjectOf(pointer)}: parked is neither true nor false, and is taken for true`;
  return [warningAt(file.valuePosition(`${pointer}/parked`), 'invalid-value', message)];
}

/** An argument of a program is counted in bytes, and a schema counts characters. */
function longMessage(file: YamlFile, pointer: string): readonly RosterProblem[] {
  const message = valueAt(file.value, pointer);
  const bytes = typeof message === 'string' ? Buffer.byteLength(message) : 0;
  if (bytes <= maxHealMessageBytes) return [];
  const complaint = `${subjectOf(pointer)} may have at most ${maxHealMessageBytes} bytes, not ${bytes}`;
  return [mistakeAt(pointer, file.valuePosition(pointer), 'invalid-value', complaint)];
}

const rosterKeys = ['persist', 'users'] as const;
const userKeys = [
  'authentik_user',
  'k8s_user',
  'tier',
  'namespaces',
  'code_layout',
  'repos',
  'parked',
  'persist',
] as const;
const persistKeys = [
  'keep_snapshots',
  'restore',
  'exclude',
  'names',
  'keep_when',
  'sockets',
  'allow_skip_permissions',
  'programs',
  'scrollback',
  'heal',
  'memory',
] as const;
const healKeys = ['server-died', 'own-limit', 'host-memory', 'message'] as const;
const memoryKeys = ['server_high_mib', 'server_max_mib'] as const;
const startKeys = ['agents_at_once', 'memory_floor_mib'] as const;
const restoreKeys: readonly string[] = Object.keys(defaultPolicy.restore);

/** Warnings for keys that the schema does not know. They are allowed, because other tools read the file too. */
export function unknownKeys(file: YamlFile): readonly RosterProblem[] {
  return [
    ...unknownIn(file, '', rosterKeys),
    ...unknownInPersist(file, '/persist', [...persistKeys, 'start']),
    ...unknownIn(file, '/persist/start', startKeys),
    ...entriesOf(valueAt(file.value, '/users')).flatMap(([name]) => {
      const pointer = childPointer('/users', name);
      return [
        ...unknownIn(file, pointer, userKeys),
        ...unknownInPersist(file, `${pointer}/persist`, [...persistKeys, 'admin']),
      ];
    }),
  ];
}

function unknownInPersist(file: YamlFile, pointer: string, keys: readonly string[]): readonly RosterProblem[] {
  return [
    ...unknownIn(file, pointer, keys),
    ...unknownIn(file, `${pointer}/restore`, restoreKeys),
    ...unknownIn(file, `${pointer}/heal`, healKeys),
    ...unknownIn(file, `${pointer}/memory`, memoryKeys),
  ];
}

function unknownIn(file: YamlFile, pointer: string, known: readonly string[]): readonly RosterProblem[] {
  return entriesOf(valueAt(file.value, pointer)).flatMap(([key]) => {
    if (known.includes(key)) return [];
    const guess = nearMiss(key, known);
    const hint = guess === null ? '' : `; did you mean ${quoted(guess)}?`;
    const message = `${subjectOf(pointer)} has the unknown key ${quoted(key)}${hint}`;
    return [warningAt(file.keyPosition(childPointer(pointer, key)), 'unknown-key', message)];
  });
}
