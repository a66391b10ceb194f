import { describe, expect, test } from 'vitest';
import {
  noUnits,
  planUnits,
  type DesiredUnit,
  type ObservedUnit,
  type UnitCopy,
  type UnitFile,
  type UnitsPlan,
} from '../../../src/core/units/units.ts';

const timer: DesiredUnit = { name: 'save.timer', enabled: true, active: true };
const restore: DesiredUnit = { name: 'restore.service', enabled: true, active: false };
const dropIn: DesiredUnit = { name: 'session-.scope.d/50.conf', enabled: false, active: false };

const inOrder: ObservedUnit = {
  file: { kind: 'current' },
  copy: null,
  leftAlone: null,
  failure: null,
  enabledState: 'enabled',
  activeState: 'active',
  isStale: false,
  dropIns: [],
  nextTickAt: null,
  isTicking: false,
};

describe('planning about units', () => {
  test('has nothing to do where all is as it should be', () => {
    expect(planFor([timer, inOrder])).toEqual(noUnits);
  });

  test.each<readonly [string, Partial<ObservedUnit>, readonly string[]]>([
    ['disabled', { enabledState: 'disabled' }, ['enable: disabled → enabled']],
    ['enabled until the next boot only', { enabledState: 'enabled-runtime' }, ['enable: enabled-runtime → enabled']],
    ['stopped', { activeState: 'inactive' }, ['start: inactive → active']],
    ['failed', { activeState: 'failed' }, ['start: failed → active']],
    [
      'edited',
      { file: { kind: 'edited', diff: '-a\n+b\n', keptAs: 'save.timer.kept' } },
      ['update: edited → current; kept: save.timer.kept'],
    ],
    ['of another version', { file: { kind: 'outdated', diff: 'd' } }, ['update: of another version → current']],
    ['not loaded as it is', { isStale: true }, ['update: not reloaded → current']],
    [
      'gone, and still running',
      { file: { kind: 'missing' }, enabledState: null },
      ['install: missing → installed', 'enable: missing → enabled'],
    ],
    ['masked, and stopped', { file: { kind: 'masked' }, enabledState: 'masked', activeState: 'inactive' }, []],
    [
      "the predecessor's",
      { file: { kind: 'predecessor', diff: 'd' } },
      ["update: the predecessor's → current, and the old one kept as save.timer.predecessor"],
    ],
    ["someone else's", { file: { kind: 'foreign' }, enabledState: 'disabled' }, []],
    ['unreadable', { file: { kind: 'unreadable', reason: 'input/output error' }, enabledState: 'disabled' }, []],
  ])('about a unit that is %s', (_, facts, expected) => {
    const { actions } = planFor([timer, { ...inOrder, ...facts }]);
    expect(actions.map(({ action, before, after }) => `${action}: ${before} → ${after}`)).toEqual(expected);
  });

  test.each<readonly [UnitFile, string]>([
    [{ kind: 'masked' }, 'unit-masked'],
    [{ kind: 'foreign' }, 'unit-foreign'],
    [{ kind: 'unreadable', reason: 'x' }, 'unit-unreadable'],
  ])('says why it leaves %o alone', (file, code) => {
    const { diagnostics } = planFor([timer, { ...inOrder, file }]);
    expect(diagnostics).toMatchObject([{ severity: 'warning', code, user: null }]);
  });

  test('leaves what is only called like a unit of the predecessor, and says so', () => {
    const plan = planUnits({ units: [], predecessors: [], lookAlikes: ['t3-tmux-save.service'] });
    expect(plan.actions).toEqual([]);
    expect(plan.diagnostics).toMatchObject([{ severity: 'warning', code: 'unit-foreign' }]);
  });

  test('wants of each unit only what it is for', () => {
    const off = { ...inOrder, enabledState: null, activeState: null };
    expect(planFor([dropIn, off]).actions).toEqual([]);
    expect(planFor([restore, { ...inOrder, activeState: 'inactive' }]).actions).toEqual([]);
  });

  test('carries the difference of a file, and of nothing else', () => {
    const { actions } = planFor([
      timer,
      { ...inOrder, file: { kind: 'edited', diff: '-a\n+b\n', keptAs: 'save.timer.kept' }, activeState: 'failed' },
    ]);
    expect(actions.map(({ diff }) => diff)).toEqual(['-a\n+b\n', null]);
  });

  test('names the drop-ins that it respects, and does nothing about them', () => {
    const plan = planFor([timer, { ...inOrder, dropIns: ['/etc/systemd/system/save.timer.d/x.conf'] }]);
    expect(plan).toEqual({
      ...noUnits,
      dropIns: [{ unit: 'save.timer', path: '/etc/systemd/system/save.timer.d/x.conf' }],
    });
  });

  test('moves an unedited file of an earlier version out of the way of its administrator', () => {
    const copy: UnitCopy = {
      kind: 'superseded',
      directory: '/etc/systemd/system',
      newDirectory: '/usr/local/lib/systemd/system',
      diff: null,
    };
    for (const file of [{ kind: 'missing' }, { kind: 'current' }, { kind: 'outdated', diff: 'd' }] as const) {
      expect(planFor([timer, { ...inOrder, file, copy, isStale: true }]).actions).toEqual([
        { action: 'move', unit: 'save.timer', before: 'in /etc', after: 'in /usr/local/lib', diff: null },
      ]);
    }
  });

  test('respects an edited copy above its own file, and still keeps that one and the unit in order', () => {
    const path = '/etc/systemd/system/save.timer';
    const plan = planFor([
      timer,
      { ...inOrder, file: { kind: 'missing' }, copy: { kind: 'override', path }, enabledState: 'disabled' },
    ]);
    expect(plan.actions.map(({ action }) => action)).toEqual(['install', 'enable']);
    expect(plan.overrides).toEqual([{ unit: 'save.timer', path }]);
  });

  test('neither enables nor starts a unit that is left alone, and names the drop-in once', () => {
    const leftAlone = { path: '/etc/systemd/system/save.timer.d/leave.conf', since: '2026-11-20T14:00:00.000Z' };
    const off = { enabledState: 'disabled', activeState: 'inactive', dropIns: [leftAlone.path] };
    const plan = planFor([timer, { ...inOrder, ...off, leftAlone }]);
    expect(plan).toEqual({ ...noUnits, leftAlone: [{ unit: 'save.timer', ...leftAlone }] });
    const outdated = planFor([timer, { ...inOrder, ...off, leftAlone, file: { kind: 'outdated', diff: 'd' } }]);
    expect(outdated.actions.map(({ action }) => action)).toEqual(['update']);
  });

  test('does not start a timer of which the service is masked, for systemd would refuse', () => {
    const service: DesiredUnit = { name: 'save.service', enabled: false, active: false };
    const stopped = { ...inOrder, activeState: 'failed' };
    const planWith = (file: UnitFile): UnitsPlan =>
      planUnits({
        units: [
          { desired: service, observed: { ...inOrder, file } },
          { desired: timer, observed: stopped },
        ],
        predecessors: [],
        lookAlikes: [],
      });
    expect(planWith({ kind: 'masked' }).actions).toEqual([]);
    expect(planWith({ kind: 'masked' }).diagnostics).toMatchObject([{ code: 'unit-masked' }]);
    expect(planWith({ kind: 'current' }).actions).toMatchObject([{ action: 'start', unit: 'save.timer' }]);
  });

  test('removes the predecessor first, then sees to every file, then enables, then starts', () => {
    const missing: ObservedUnit = {
      ...inOrder,
      file: { kind: 'missing' },
      enabledState: null,
      activeState: 'inactive',
    };
    const plan = planUnits({
      units: [restore, timer].map((desired) => ({ desired, observed: missing })),
      predecessors: [
        { name: 'old.timer', enabledState: 'enabled', activeState: 'active' },
        { name: 'old.service', enabledState: null, activeState: null },
      ],
      lookAlikes: [],
    });
    expect(plan.actions.map(({ action, unit, before }) => `${action} ${unit} (${before})`)).toEqual([
      'remove old.service (installed)',
      'remove old.timer (enabled, active)',
      'install restore.service (missing)',
      'install save.timer (missing)',
      'enable restore.service (missing)',
      'enable save.timer (missing)',
      'start save.timer (inactive)',
    ]);
  });
});

function planFor([desired, observed]: readonly [DesiredUnit, ObservedUnit]): UnitsPlan {
  return planUnits({ units: [{ desired, observed }], predecessors: [], lookAlikes: [] });
}
