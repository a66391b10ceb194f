import { maxColumns } from '../text/fit-columns.ts';
import { compareNames } from '../../core/text.ts';
import type { StoredManifest } from '../../core/record/history.ts';
import type { Manifest } from '../../core/manifest.ts';
import { localClock } from '../text/clock.ts';
import { painter, cutTo } from '../text/columns.ts';
import { widthOf } from '../text/width-of.ts';
import { paintDiffLine } from '../text/diff-lines.ts';
import { formatVersion } from '../text/json-text.ts';
import { printable, type TextOptions } from '../text/printable.ts';
import { type WiringFact, wiringFacts, type WiringWords } from './wiring-facts.ts';

/** One of the two records that are compared. */
export interface DiffSide {
  /** The snapshot's id; null for what runs now, or for a record that is no snapshot yet. */
  readonly snapshot: StoredManifest['id'] | null;
  readonly label: string;
  readonly manifest: Manifest;
}

export interface RecordPair {
  readonly before: DiffSide;
  readonly after: DiffSide;
}

/** What two records say about the sessions of one name, or with a null name about the whole. */
export interface ComparedPart {
  readonly session: string | null;
  readonly before: PartSide;
  readonly after: PartSide;
}

interface PartSide {
  readonly facts: readonly WiringFact[];
  /** The facts as lines of at most 79 columns, so that a sign fits in front. */
  readonly lines: readonly PlacedLine[];
  /** How many lines of the record come before these. */
  readonly offset: number;
}

interface PlacedLine {
  readonly text: string;
  readonly fact: WiringFact;
}

/** Puts side by side what two records say, session by session. */
export function compareRecords(
  { before, after }: RecordPair,
  { layout, utcOffsetMinutes }: Pick<WiringWords, 'layout'> & Pick<TextOptions, 'utcOffsetMinutes'>,
): readonly ComparedPart[] {
  const words: WiringWords = { layout, dateTime: localClock(utcOffsetMinutes).dateTime };
  const [old, next] = [before, after].map(
    ({ manifest }) => new Map(wiringFacts(manifest, words).map(({ session, facts }) => [session, facts])),
  );
  const names = new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])]);
  const sorted = [...names].toSorted((a, b) => compareNames(a ?? '', b ?? ''));
  let [beforeOffset, afterOffset] = [0, 0];
  return sorted.map((session) => {
    const part = {
      session,
      before: sideOf(old?.get(session) ?? [], beforeOffset),
      after: sideOf(next?.get(session) ?? [], afterOffset),
    };
    beforeOffset += part.before.lines.length;
    afterOffset += part.after.lines.length;
    return part;
  });
}

/** Whether the two records say different things in this part. */
export function differs({ before, after }: ComparedPart): boolean {
  return (
    before.facts.length !== after.facts.length ||
    before.facts.some((fact, at) => fact.text !== after.facts[at]?.text || fact.depth !== after.facts[at]?.depth)
  );
}

export interface PartDiff {
  readonly part: ComparedPart;
  /** The differing lines with their signs; the starts count within the part. */
  readonly hunks: readonly {
    readonly beforeStart: number;
    readonly afterStart: number;
    readonly lines: readonly string[];
  }[];
}

/** Renders the difference of two records of a user, in the format of `diff -u`. */
export function renderDiffText(
  user: string,
  { before, after }: RecordPair,
  diffs: readonly PartDiff[],
  { color, utcOffsetMinutes }: TextOptions,
): string {
  const name = printable(user);
  if (diffs.length === 0) return `${name}: no difference between ${before.label} and ${after.label}\n`;
  const { dateTime } = localClock(utcOffsetMinutes);
  const paint = painter(color);
  const sideLine = (sign: string, { label, manifest }: DiffSide): string =>
    `${sign} ${name} ${label}\t${dateTime(manifest.takenAt)}`;
  const body = diffs.flatMap(({ part, hunks }) => {
    if (hunks.length === 0) return [onlyHidden(part)];
    return hunks.flatMap((hunk) => [headingOf(part, hunk), ...hunk.lines]);
  });
  return [sideLine('---', before), sideLine('+++', after), ...body]
    .map((line) => `${paintDiffLine(line, paint)}\n`)
    .join('');
}

type PartHunk = PartDiff['hunks'][number];

/** `@@ -12,7 +12,8 @@ notes, window 2, pane 1`: after the numbers the place of the first difference. */
function headingOf(part: ComparedPart, hunk: PartHunk): string {
  const range = (sign: '-' | '+', start: number): string =>
    `${sign}${start},${hunk.lines.filter((line) => !line.startsWith(sign === '-' ? '+' : '-')).length}`;
  const before = range('-', part.before.offset + hunk.beforeStart);
  const after = range('+', part.after.offset + hunk.afterStart);
  return cutTo(`@@ ${before} ${after} @@ ${placeWords(part, firstChange(part, hunk))}`, maxColumns);
}

function firstChange(part: ComparedPart, { beforeStart, afterStart, lines }: PartHunk): WiringFact | null {
  const at = lines.findIndex((line) => !line.startsWith(' '));
  const placed = lines[at]?.startsWith('-')
    ? part.before.lines[beforeStart - 1 + at]
    : part.after.lines[afterStart - 1 + at];
  return placed?.fact ?? null;
}

function placeWords({ session }: ComparedPart, fact: WiringFact | null): string {
  const { window, pane } = fact ?? { window: null, pane: null };
  return [
    session === null ? 'the record' : printable(session),
    ...(window === null ? [] : [`window ${window}`]),
    ...(pane === null ? [] : [`pane ${pane}`]),
  ].join(', ');
}

/** Two texts may look the same: a line break, and the two characters that it is shown as. */
function onlyHidden(part: ComparedPart): string {
  return cutTo(`@@ ${placeWords(part, null)}: differs only in characters that look the same; see --json`, maxColumns);
}

/** The JSON document of the difference of two records of a user. */
export function diffDocument(user: string, { before, after }: RecordPair, parts: readonly ComparedPart[]) {
  const differing = parts.filter(differs);
  return {
    formatVersion,
    kind: 'diff' as const,
    user,
    before: sideDocument(before),
    after: sideDocument(after),
    differs: differing.length > 0,
    differences: differing.flatMap(differencesOf),
  };
}

function sideDocument({ snapshot, manifest }: DiffSide) {
  return { snapshot, takenAt: manifest.takenAt };
}

/** The facts that only one of the records has, by the place that they are about. */
function differencesOf({ session, before, after }: ComparedPart) {
  const places = new Map<string, { readonly window: number | null; readonly pane: number | null }>();
  for (const { window, pane } of [...before.facts, ...after.facts]) {
    places.set(JSON.stringify([window, pane]), { window, pane });
  }
  return [...places.values()].flatMap((place) => {
    const [removed, added] = [textsAt(before, place), textsAt(after, place)];
    const difference = { session, ...place, removed: withoutAll(removed, added), added: withoutAll(added, removed) };
    return difference.removed.length + difference.added.length === 0 ? [] : [difference];
  });
}

function textsAt({ facts }: PartSide, place: Pick<WiringFact, 'window' | 'pane'>): readonly string[] {
  return facts.flatMap(({ text, window, pane }) => (window === place.window && pane === place.pane ? [text] : []));
}

/** Each text is taken away as often as the other list has it. */
function withoutAll(texts: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return texts.filter((text) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function sideOf(facts: readonly WiringFact[], offset: number): PartSide {
  const lines = facts.flatMap((fact) => folded(fact).map((text) => ({ text, fact })));
  return { facts, lines, offset };
}

/** A fact as lines that fit behind a sign. Nothing is cut off, so that no difference is hidden. */
function folded({ text, depth }: WiringFact): readonly string[] {
  const indent = '  '.repeat(depth);
  const lines: string[] = [];
  let line = indent;
  let width = indent.length;
  for (const character of printable(text)) {
    const own = widthOf(character);
    if (width + own > maxColumns - 1) {
      lines.push(line);
      line = `${indent}    `;
      width = line.length;
    }
    line += character;
    width += own;
  }
  return [...lines, line];
}
