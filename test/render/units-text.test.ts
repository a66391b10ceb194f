import { expect, test } from 'vitest';
import type { UnitAction, UnitsPlan } from '../../src/core/units.ts';
import { painter } from '../../src/render/columns.ts';
import { unitChangeWords, unitOutcomeLines, unitsSection } from '../../src/render/units-text.ts';
import { sampleApplied, samplePlan } from './sample-plan.ts';

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
  diagnostics: [],
};
const plain = painter(false);

test('a host in order takes no line of a plan', () => {
  expect(unitsSection({ actions: [], dropIns: [], diagnostics: [] }, plain)).toEqual([]);
});

test('units are listed with what changes, and differences follow with nothing that could move a terminal', () => {
  expect(unitsSection(units, plain)).toEqual([
    'host',
    '  ~ b.service   edited → current',
    '  ~ a.timer     disabled → enabled',
    '  · a.timer     respects /etc/systemd/system/a.timer.d/x.conf',
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
