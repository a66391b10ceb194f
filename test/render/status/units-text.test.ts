import { expect, test } from 'vitest';
import { noUnits, type UnitAction, type UnitsPlan } from '../../../src/core/units/units.ts';
import { painter } from '../../../src/render/text/columns.ts';
import { unitChangeWords, unitOutcomeLines, unitsSection } from '../../../src/render/status/units-text.ts';
import { sampleApplied, samplePlan } from '../plan/sample-plan.ts';

const enable: UnitAction = { action: 'enable', unit: 'a.timer', before: 'disabled', after: 'enabled', diff: null };
const update: UnitAction = {
  action: 'update',
  unit: 'b.service',
  before: 'edited',
  after: 'current',
  diff: '--- x\n-a\n+b\x1b[2J\n',
};
const units: UnitsPlan = {
  actions: [update, enable],
  dropIns: [{ unit: 'a.timer', path: '/etc/systemd/system/a.timer.d/x.conf' }],
  overrides: [{ unit: 'b.service', path: '/etc/systemd/system/b.service' }],
  leftAlone: [{ unit: 'c.timer', path: '/etc/systemd/system/c.timer.d/x.conf', since: '2026-11-20T14:00:00.000Z' }],
  diagnostics: [],
};
const briefTime = (time: string): string => time.slice(11, 16);
const plain = painter(false);

test('a host in order takes no line of a plan', () => {
  expect(unitsSection(noUnits, briefTime, plain)).toEqual([]);
});

test('units are listed with what changes, and differences follow with nothing that could move a terminal', () => {
  expect(unitsSection(units, briefTime, plain)).toEqual([
    'host',
    '  ~ b.service   edited → current',
    '  ~ a.timer     disabled → enabled',
    '  · b.service   respects /etc/systemd/system/b.service',
    '  · a.timer     respects /etc/systemd/system/a.timer.d/x.conf',
    '  · c.timer   left alone since 14:00, by',
    '      /etc/systemd/system/c.timer.d/x.conf',
    '      --- x',
    '      -a',
    String.raw`      +b\x1b[2J`,
  ]);
  expect(unitChangeWords(units)).toEqual(['1 unit to update (~)', '1 unit to enable (~)']);
});

test('what became of each unit is said in a line, with the words of a failure', () => {
  const plan = { ...samplePlan(), units };
  const unitOutcomes = new Map([
    [update, { kind: 'done' } as const],
    [enable, { kind: 'failed', message: 'systemctl enable: access denied' } as const],
  ]);
  expect(
    unitOutcomeLines(
      sampleApplied(plan, () => undefined, { unitOutcomes }),
      plain,
    ),
  ).toEqual(['host: updated b.service: edited → current', 'host: failed a.timer: systemctl enable: access denied']);
});
