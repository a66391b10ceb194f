import { type Alias, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { RosterProblem } from '../core/roster.ts';
import { type ParsedYaml, parseYaml, type Position } from './parse-yaml.ts';
import { childPointer, quoted } from './problem-words.ts';
import { errorAt, mistakeAt } from './whose-key.ts';

/** A YAML file as plain values, with the position of each. */
export interface YamlFile {
  readonly value: unknown;
  /** Pointers to keys that YAML does not read as text, such as `007`. */
  readonly keysNotText: ReadonlySet<string>;
  /** The position of the key of this value. */
  readonly keyPosition: (pointer: string) => Position;
  readonly valuePosition: (pointer: string) => Position;
  /** The scalar as written in the file: `007` and not 7. */
  readonly sourceOf: (pointer: string) => string | null;
}

interface YamlReading {
  readonly file: YamlFile | null;
  readonly problems: readonly RosterProblem[];
}

interface Place {
  readonly keyOffset: number | null;
  readonly node: unknown;
}

/** Far more than a roster needs. A bomb of nested aliases reaches it within milliseconds. */
const maxStepsThroughAliases = 100_000;
const maxNestedAliases = 8;

/** Reads YAML into plain values; no file when its syntax is wrong, or when its aliases cannot be followed. */
export function readYaml(text: string): YamlReading {
  const yaml = parseYaml(text);
  const reading: Reading = {
    yaml,
    problems: [...yaml.problems],
    places: new Map(),
    keysNotText: new Set(),
    aliasesBeingRead: new Set(),
    stepsThroughAliases: 0,
    stopped: yaml.problems.some((problem) => problem.severity === 'error'),
  };
  const value = plainValue(reading, '', yaml.root, null);
  if (reading.stopped) return { file: null, problems: reading.problems };
  return { file: yamlFile(reading, value), problems: reading.problems };
}

interface Reading {
  readonly yaml: ParsedYaml;
  readonly problems: RosterProblem[];
  readonly places: Map<string, Place>;
  readonly keysNotText: Set<string>;
  /** The targets of the aliases on the way down. An alias to one of them would be circular. */
  readonly aliasesBeingRead: Set<Node>;
  stepsThroughAliases: number;
  stopped: boolean;
}

function plainValue(reading: Reading, pointer: string, node: unknown, keyOffset: number | null): unknown {
  if (reading.stopped) return null;
  if (isAlias(node)) {
    return followAlias(reading, node, (target) => plainValue(reading, pointer, target, keyOffset));
  }
  countStep(reading);
  reading.places.set(pointer, { keyOffset, node });
  if (isScalar(node)) return node.value;
  if (isSeq(node))
    return node.items.map((item, index) => plainValue(reading, childPointer(pointer, index), item, null));
  if (!isMap(node)) return null;
  const object = {};
  addEntries(reading, pointer, node, object);
  return object;
}

function followAlias<T>(reading: Reading, alias: Alias, read: (target: Node) => T): T | null {
  const target = reading.yaml.aliasTargets.get(alias);
  if (target === undefined) {
    report(
      reading,
      'syntax',
      alias,
      `alias ${quoted(`*${alias.source}`)} has no anchor before it; if it is a pattern, write it in quotes`,
    );
    return null;
  }
  const tooMuch =
    reading.aliasesBeingRead.has(target) ||
    reading.aliasesBeingRead.size >= maxNestedAliases ||
    reading.stepsThroughAliases > maxStepsThroughAliases;
  if (tooMuch) {
    report(reading, 'alias-bomb', alias, `alias ${quoted(`*${alias.source}`)} leads in a circle or to too many values`);
    reading.stopped = true;
    return null;
  }
  reading.aliasesBeingRead.add(target);
  countStep(reading);
  const result = read(target);
  reading.aliasesBeingRead.delete(target);
  return result;
}

/**
 * Adds a map's entries to `object`. Existing entries win, so that a map's own keys win over `<<`. Of a key that is there
 * twice the last one counts, as for most readers of YAML.
 */
function addEntries(reading: Reading, pointer: string, map: YAMLMap, object: object): void {
  const seen = new Map<string, unknown>();
  const added = new Set<string>();
  const merged: Pair[] = [];
  for (const pair of map.items) {
    countStep(reading);
    if (isMergeKey(pair.key)) {
      merged.push(pair);
      continue;
    }
    const key = keyText(reading, pointer, pair);
    if (key === null) continue;
    if (seen.has(key)) {
      const first = reading.yaml.positionAt(offsetOf(seen.get(key)) ?? 0);
      const message = `key ${quoted(key)} is there twice, first in line ${first.line}`;
      reportAt(reading, childPointer(pointer, key), 'duplicate-key', pair.key, message);
    } else seen.set(key, pair.key);
    if (Object.hasOwn(object, key) && !added.has(key)) continue;
    added.add(key);
    addEntry(reading, childPointer(pointer, key), key, pair, object);
  }
  for (const pair of merged) mergeInto(reading, pointer, pair.key, pair.value, object);
}

function addEntry(reading: Reading, pointer: string, key: string, pair: Pair, object: object): void {
  if (isScalar(pair.key) && typeof pair.key.value !== 'string') reading.keysNotText.add(pointer);
  const value = plainValue(reading, pointer, pair.value, offsetOf(pair.key));
  // A plain assignment to `__proto__` would not create a key.
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function mergeInto(reading: Reading, pointer: string, key: unknown, source: unknown, object: object): void {
  if (reading.stopped) return;
  if (isAlias(source)) {
    followAlias(reading, source, (target) => mergeInto(reading, pointer, key, target, object));
  } else if (isMap(source)) {
    addEntries(reading, pointer, source, object);
  } else if (isSeq(source)) {
    for (const item of source.items) mergeInto(reading, pointer, key, item, object);
  } else {
    reportAt(reading, pointer, 'syntax', key, 'key "<<" must hold a map, or aliases of maps');
  }
}

function keyText(reading: Reading, pointer: string, pair: Pair): string | null {
  const key = isAlias(pair.key) ? reading.yaml.aliasTargets.get(pair.key) : pair.key;
  if (isScalar(key)) return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
  if (key === null) return '';
  reportAt(reading, pointer, 'key-not-text', pair.key, 'a key must be text, not a list, a map or an unknown alias');
  return null;
}

// YAML 1.2 dropped the merge key, but other tools that read the roster (PyYAML, go-yaml) still support it.
function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}

// Merging counts too, because thousands of merged maps cost time without a single value.
function countStep(reading: Reading): void {
  if (reading.aliasesBeingRead.size > 0) reading.stepsThroughAliases += 1;
}

/** A mistake for which no reader of YAML can use the file. */
function report(reading: Reading, code: RosterProblem['code'], node: unknown, message: string): void {
  reading.problems.push(errorAt(reading.yaml.positionAt(offsetOf(node) ?? 0), code, message));
}

function reportAt(
  reading: Reading,
  pointer: string,
  code: RosterProblem['code'],
  node: unknown,
  message: string,
): void {
  reading.problems.push(mistakeAt(pointer, reading.yaml.positionAt(offsetOf(node) ?? 0), code, message));
}

function offsetOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}

function yamlFile({ yaml, places, keysNotText }: Reading, value: unknown): YamlFile {
  const keyPosition = (pointer: string): Position => {
    const place = places.get(pointer);
    const offset = place?.keyOffset ?? offsetOf(place?.node);
    if (offset !== null) return yaml.positionAt(offset);
    return pointer === '' ? yaml.positionAt(0) : keyPosition(pointer.slice(0, pointer.lastIndexOf('/')));
  };
  const valuePosition = (pointer: string): Position => {
    const node = places.get(pointer)?.node;
    // An empty value has no position, so its key's position is used.
    if (!isNode(node) || !node.range || node.range[0] === node.range[1]) return keyPosition(pointer);
    return yaml.positionAt(node.range[0]);
  };
  const sourceOf = (pointer: string): string | null => {
    const node = places.get(pointer)?.node;
    return isScalar(node) ? (node.source ?? null) : null;
  };
  return { value, keysNotText, keyPosition, valuePosition, sourceOf };
}
