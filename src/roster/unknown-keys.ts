import type { RosterProblem } from '../core/roster-problem.ts';
import { defaultPolicy } from '../core/roster.ts';
import { nearMiss } from '../core/text.ts';
import { childPointer } from './json-pointer.ts';
import { subjectOf } from './problem-words.ts';
import { quoted } from './quoted.ts';
import type { YamlFile } from './read-yaml.ts';
import { entriesOf, valueAt } from './value-at.ts';

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
const persistKeys = ['keep_snapshots', 'restore', 'exclude', 'allow_skip_permissions', 'memory'] as const;
const memoryKeys = ['server_high_mib', 'server_max_mib'] as const;
const startKeys = ['agents_at_once', 'memory_floor_mib'] as const;
const restoreKeys: readonly string[] = Object.keys(defaultPolicy.restore);

/** Warnings for keys that the schema does not know; it accepts them, because other tools read the file too. */
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
