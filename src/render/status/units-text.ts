import type { AppliedPlan, UnitOutcome } from '../../core/plan/outcome.ts';
import type { UnitAction, UnitsPlan } from '../../core/units/units.ts';
import { counted } from '../../core/text.ts';
import { alignColumns, type Cell, type Paint, plain, type Style } from '../text/columns.ts';
import { paintDiffLine } from '../text/diff-lines.ts';
import { printable } from '../text/printable.ts';

/** Renders the planned unit actions: a table, then the differences of files; empty without actions. */
export function unitsSection(
  { actions, dropIns, overrides, leftAlone }: UnitsPlan,
  briefTime: (time: string) => string,
  paint: Paint,
): readonly string[] {
  const respected = [...overrides, ...dropIns];
  if (actions.length + respected.length + leftAlone.length === 0) return [];
  const rows = [
    ...actions.map((action) => [signed(action), plain(`${action.before} → ${action.after}`)]),
    ...respected.map(({ unit, path }): readonly Cell[] => [
      { text: `  · ${printable(unit)}`, style: 'dim' },
      plain(`respects ${printable(path)}`),
    ]),
  ];
  return [
    paint('host', 'bold'),
    ...alignColumns(rows, paint),
    ...leftAlone.flatMap(({ unit, path, since }) => [
      `${paint(`  · ${printable(unit)}`, 'dim')}   left alone since ${briefTime(since)}, by`,
      `      ${printable(path)}`,
    ]),
    ...actions.flatMap((action) => diffLines(action, paint)),
  ];
}

/** A text such as `1 unit to enable`, for each kind of action in the plan. */
export function unitChangeWords({ actions }: UnitsPlan): readonly string[] {
  return kinds.flatMap((kind) => {
    const count = actions.filter(({ action }) => action === kind).length;
    return count === 0 ? [] : [`${counted(count, 'unit')} to ${kind} (${signs[kind].sign})`];
  });
}

/** One line for each completed or failed unit action. */
export function unitOutcomeLines({ plan, unitOutcomes }: AppliedPlan, paint: Paint): readonly string[] {
  return plan.units.actions.flatMap((action) => {
    const outcome = unitOutcomes.get(action);
    return outcome === undefined ? [] : [unitOutcomeLine(action, outcome, paint)];
  });
}

export function unitOutcomeLine(action: UnitAction, outcome: UnitOutcome, paint: Paint): string {
  const words = outcome.kind === 'done' ? `${action.before} → ${action.after}` : outcome.message;
  const verb = outcome.kind === 'done' ? paint(done[action.action], 'green') : paint('failed', 'red');
  return `host: ${verb} ${printable(action.unit)}: ${printable(words)}`;
}

const kinds = ['remove', 'install', 'move', 'update', 'enable', 'start'] as const;

const done: Readonly<Record<UnitAction['action'], string>> = {
  install: 'installed',
  move: 'moved',
  update: 'updated',
  enable: 'enabled',
  start: 'started',
  remove: 'removed',
};

const signs: Readonly<Record<UnitAction['action'], { readonly sign: string; readonly style: Style }>> = {
  install: { sign: '+', style: 'green' },
  move: { sign: '~', style: 'yellow' },
  update: { sign: '~', style: 'yellow' },
  enable: { sign: '~', style: 'yellow' },
  start: { sign: '~', style: 'yellow' },
  remove: { sign: '-', style: 'red' },
};

function signed({ action, unit }: UnitAction): Cell {
  const { sign, style } = signs[action];
  return { text: `  ${sign} ${printable(unit)}`, style };
}

function diffLines({ diff }: UnitAction, paint: Paint): readonly string[] {
  const lines = (diff ?? '').split('\n');
  return (diff === null ? [] : lines.slice(0, lines.at(-1) === '' ? -1 : undefined)).map(
    (line) => `      ${paintDiffLine(printable(line), paint)}`,
  );
}
