import { defaultPolicy, maxHealMessageBytes, type RosterProblem } from '../core/roster.ts';
import { nearMiss } from '../core/text.ts';
import type { Position } from './parse-yaml.ts';
import { childPointer, entriesOf, quoted, subjectOf, valueAt } from './problem-words.ts';
import type { YamlFile } from './read-yaml.ts';

/** The provisioner checks it out in every workspace. */
const reservedRepo = 'infra';

/** Checks the rules across keys, which a schema cannot express. A value of the wrong type is left to the schema. */
export function brokenRules(file: YamlFile): readonly RosterProblem[] {
  const users = valueAt(file.value, '/users');
  const pointers = entriesOf(users).map(([name]) => childPointer('/users', name));
  const nobody = entriesOf(users).length === 0 && typeof users === 'object' && users !== null;
  return [
    ...(nobody ? [warning(file.keyPosition('/users'), 'no-users', 'roster lists no users')] : []),
    ...pointers.flatMap((pointer) => [
      ...namesNotText(file, pointer),
      ...namespaceRules(file, pointer),
      ...repoRules(file, pointer),
    ]),
    ...sharedLogins(file, pointers),
    ...['', ...pointers].flatMap((pointer) => longMessage(file, `${pointer}/persist/heal/message`)),
  ];
}

// Reports names such as `true` and `null`: valid account names, but other readers of the file would see no name.
// (Numbers break the schema.)
function namesNotText(file: YamlFile, pointer: string): readonly RosterProblem[] {
  const source = pointer.slice('/users/'.length);
  if (!file.keysNotText.has(pointer) || !/^[A-Za-z_]/.test(source)) return [];
  return [
    error(
      file.keyPosition(pointer),
      'key-not-text',
      `${subjectOf(pointer)} is not text to YAML; write it in quotes: ${quoted(source)}`,
    ),
  ];
}

function namespaceRules(file: YamlFile, pointer: string): readonly RosterProblem[] {
  const tier = valueAt(file.value, `${pointer}/tier`);
  const namespaces = valueAt(file.value, `${pointer}/namespaces`);
  const hasNone = namespaces === undefined || (Array.isArray(namespaces) && namespaces.length === 0);
  if (tier === 'namespace-owner' && hasNone) {
    const message = `${subjectOf(pointer)}: tier namespace-owner needs namespaces, such as "namespaces: [NAME]"`;
    return [error(file.valuePosition(`${pointer}/tier`), 'namespaces-required', message)];
  }
  if (tier === 'namespace-owner' || namespaces === undefined) return [];
  const message = `${subjectOf(pointer)}: namespaces mean nothing without tier namespace-owner`;
  return [warning(file.keyPosition(`${pointer}/namespaces`), 'namespaces-unused', message)];
}

function repoRules(file: YamlFile, pointer: string): readonly RosterProblem[] {
  const repos: unknown = valueAt(file.value, `${pointer}/repos`);
  if (repos === undefined) return [];
  const hasWorkspace = valueAt(file.value, `${pointer}/code_layout`) === 'workspace';
  const misplaced = `${subjectOf(pointer)}: repos need code_layout: workspace`;
  const reserved = `${subjectOf(pointer)}: repos must not list "${reservedRepo}", which every workspace has`;
  const items: readonly unknown[] = Array.isArray(repos) ? repos : [];
  return [
    ...(hasWorkspace ? [] : [error(file.keyPosition(`${pointer}/repos`), 'repos-without-workspace', misplaced)]),
    ...items.flatMap((repo, index) =>
      repo === reservedRepo
        ? [error(file.valuePosition(childPointer(`${pointer}/repos`, index)), 'reserved-repo', reserved)]
        : [],
    ),
  ];
}

/** An argument of a program is counted in bytes, and a schema counts characters. */
function longMessage(file: YamlFile, pointer: string): readonly RosterProblem[] {
  const message = valueAt(file.value, pointer);
  const bytes = typeof message === 'string' ? Buffer.byteLength(message) : 0;
  if (bytes <= maxHealMessageBytes) return [];
  const complaint = `${subjectOf(pointer)} may have at most ${maxHealMessageBytes} bytes, not ${bytes}`;
  return [error(file.valuePosition(pointer), 'invalid-value', complaint)];
}

function sharedLogins(file: YamlFile, pointers: readonly string[]): readonly RosterProblem[] {
  const owners = new Map<string, string>();
  return pointers.flatMap((pointer) => {
    const login = valueAt(file.value, `${pointer}/authentik_user`);
    if (typeof login !== 'string') return [];
    const owner = owners.get(login);
    if (owner === undefined) {
      owners.set(login, pointer);
      return [];
    }
    const { line } = file.keyPosition(owner);
    const message = `${subjectOf(pointer)}: authentik_user ${quoted(login)} already leads to ${subjectOf(owner)} in line ${line}`;
    return [error(file.valuePosition(`${pointer}/authentik_user`), 'duplicate-login', message)];
  });
}

function error(position: Position, code: RosterProblem['code'], message: string): RosterProblem {
  return { severity: 'error', code, ...position, message };
}

function warning(position: Position, code: RosterProblem['code'], message: string): RosterProblem {
  return { severity: 'warning', code, ...position, message };
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
      return [...unknownIn(file, pointer, userKeys), ...unknownInPersist(file, `${pointer}/persist`, persistKeys)];
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
    const problem: RosterProblem = {
      severity: 'warning',
      code: 'unknown-key',
      ...file.keyPosition(childPointer(pointer, key)),
      message: `${subjectOf(pointer)} has the unknown key ${quoted(key)}${hint}`,
    };
    return [problem];
  });
}
