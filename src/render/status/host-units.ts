import { maxColumns } from '../text/fit-columns.ts';
import type { Status } from '../../core/report/status.ts';
import { counted } from '../../core/text.ts';
import { type HostUnits, isTimerStopped } from '../../core/units/unit-health.ts';
import { localClock } from '../text/clock.ts';
import { alignColumns, type Cell, type Paint, painter, plain } from '../text/columns.ts';
import { widthOf } from '../text/width-of.ts';
import { formatVersion } from '../text/json-text.ts';
import { printable, type TextOptions } from '../text/printable.ts';
import { wrapWords } from '../text/wrap-words.ts';

/** The time of the next save, and what is to be said of the units. */
export function hostLines(
  { units, watch }: Pick<Status, 'units' | 'watch'>,
  dateTime: (time: string) => string,
  paint: Paint,
): readonly string[] {
  if (units === null) return [];
  const host = paint('host', 'bold');
  const isWrong = units.units.some(({ problem }) => problem !== null);
  const inOrder = units.units.filter(({ problem, leftAlone }) => problem === null && leftAlone === null);
  const next = nextSaveWords(units, watch, dateTime);
  const order = isWrong ? '' : `, ${counted(inOrder.length, 'unit')} in order`;
  const notes = unitNotes(units, dateTime).map((line) => (line.startsWith(' ') ? line : `${host}: ${line}`));
  return [`${host}: ${paint(next, isTimerStopped(units) ? 'red' : null)}${order}`, ...notes];
}

/**
 * Renders the units one by one, with what is wrong with them, and which of them are left alone. A drop-in in order is only
 * a file, and left out.
 */
export function renderUnitsText(units: HostUnits, { color, utcOffsetMinutes }: TextOptions): string {
  const paint = painter(color);
  const listed = units.units.filter(({ unit, problem }) => problem !== null || !unit.includes('/'));
  const rows = listed.map(({ unit, state, problem, leftAlone }): readonly Cell[] => [
    plain(printable(unit)),
    { text: printable(state), style: problem !== null ? 'yellow' : leftAlone === null ? null : 'dim' },
  ]);
  const headings = ['UNIT', 'STATE'].map((text): Cell => ({ text, style: 'dim' }));
  const notes = unitNotes(units, localClock(utcOffsetMinutes).dateTime);
  const lines = [...alignColumns([headings, ...rows], paint), ...(notes.length === 0 ? [] : ['', ...notes])];
  return lines.map((line) => `${line}\n`).join('');
}

/** The JSON document of the units. */
export function unitsDocument(host: string, createdAt: string, units: HostUnits) {
  return { formatVersion, kind: 'units' as const, host, createdAt, ...units };
}

function nextSaveWords(
  { nextSaveAt, isSaving }: HostUnits,
  watch: Status['watch'],
  dateTime: (time: string) => string,
): string {
  if (isSaving) return 'a save is running';
  if (nextSaveAt !== null) return `next save ${dateTime(nextSaveAt)}`;
  const others = watch.kind === 'running' ? " but the watch's" : '';
  return `no save will happen${others}: the timer is stopped`;
}

/** What is wrong with units, and which are left alone; further lines of one unit are indented. */
function unitNotes({ units }: HostUnits, dateTime: (time: string) => string): readonly string[] {
  return units.flatMap(({ unit, state, problem, mend, leftAlone }) => [
    ...(problem === null ? [] : withCommand(`${unit} ${problem}`, ':', mend)),
    ...(leftAlone === null
      ? []
      : [
          `${unit} (${state}) is left alone,`,
          `${indent}since ${dateTime(leftAlone.since)} by`,
          `${indent}${printable(leftAlone.path)}`,
        ]),
  ]);
}

/** In one line with the command, or with what else belongs to the words, where that fits; else it has its own line. */
function withCommand(words: string, mark: string, command: string | null): readonly string[] {
  const columns = maxColumns - indent.length;
  const whole = printable(command === null ? words : `${words}${mark} ${command}`);
  if (widthOf(whole) <= columns) return [whole];
  const [first = '', ...rest] = wrapWords(printable(command === null ? words : `${words}${mark}`), columns);
  const below = command === null ? rest : [...rest, printable(command)];
  return [first, ...below.map((line) => `${indent}${line}`)];
}

/** As wide as `host: `. */
const indent = '      ';
