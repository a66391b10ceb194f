import { expect, test } from 'vitest';
import { judgeUnits } from '../../../src/core/units/unit-health.ts';
import type { ObservedUnit, UnitFile } from '../../../src/core/units/units.ts';

const healthy: ObservedUnit = {
  file: { kind: 'current' },
  copy: null,
  leftAlone: null,
  failure: null,
  enabledState: 'enabled',
  activeState: 'active',
  isStale: false,
  dropIns: [],
  nextTickAt: '2026-11-20T14:05:00.000Z',
  isTicking: false,
};

test('a unit in order is described in the words of systemd, and the next save is known', () => {
  expect(judge(healthy)).toEqual({
    units: [{ unit: 'a.timer', state: 'enabled, active', problem: null, mend: null, isVital: false, leftAlone: null }],
    nextSaveAt: '2026-11-20T14:05:00.000Z',
    isSaving: false,
  });
});

test('a timer whose save has not ended yet says so instead of when the next one is', () => {
  expect(judge({ ...healthy, nextTickAt: null, isTicking: true })).toMatchObject({ nextSaveAt: null, isSaving: true });
});

test.each<readonly [Partial<ObservedUnit>, string, string | null]>([
  [{ enabledState: 'disabled' }, 'disabled → enabled', 'tmux-persist apply'],
  [{ nextTickAt: null }, 'will not elapse again', 'systemctl cat a.timer'],
  [{ file: { kind: 'masked' } }, 'is masked', 'systemctl unmask a.timer'],
  [{ file: { kind: 'foreign' } }, 'is not ours', 'systemctl cat a.timer'],
  [{ file: { kind: 'unreadable', reason: 'input/output error' } }, 'cannot be read: input/output error', null],
])('with %o it is said what is wrong, and what would mend it', (facts, problem, mend) => {
  expect(judge({ ...healthy, ...facts }).units).toMatchObject([{ problem, mend }]);
});

test('a unit that has failed and need not be active points at its journal', () => {
  const desired = { name: 'a.service', enabled: false, active: false };
  const file: UnitFile = { kind: 'current' };
  const observed = { ...healthy, file, enabledState: 'static', activeState: 'failed', nextTickAt: null };
  expect(judgeUnits({ units: [{ desired, observed }], predecessors: [], lookAlikes: [] })).toEqual({
    units: [
      {
        unit: 'a.service',
        state: 'static, failed',
        problem: 'has failed',
        mend: 'journalctl --boot --unit=a.service',
        isVital: false,
        leftAlone: null,
      },
    ],
    nextSaveAt: null,
    isSaving: false,
  });
});

test("the predecessor's units are a problem that apply mends", () => {
  const predecessors = [{ name: 'old.timer', enabledState: 'enabled', activeState: 'active' }];
  expect(judgeUnits({ units: [], predecessors, lookAlikes: [] }).units).toEqual([
    {
      unit: 'old.timer',
      state: 'installed',
      problem: "is the predecessor's",
      mend: 'tmux-persist apply',
      isVital: false,
      leftAlone: null,
    },
  ]);
});

test("what only bears a name of the predecessor's is for a person to look at", () => {
  const { units } = judgeUnits({ units: [], predecessors: [], lookAlikes: ['t3-tmux-save.service'] });
  expect(units).toMatchObject([{ problem: 'is not ours', mend: 'systemctl cat t3-tmux-save.service' }]);
});

function judge(observed: ObservedUnit) {
  return judgeUnits({
    units: [{ desired: { name: 'a.timer', enabled: true, active: true }, observed }],
    predecessors: [],
    lookAlikes: [],
  });
}

test.each<readonly [string, Partial<ObservedUnit>, boolean]>([
  ['tmux-persist-save.timer', {}, false],
  ['tmux-persist-save.timer', { enabledState: 'disabled' }, false],
  ['tmux-persist-save.timer', { activeState: 'inactive', nextTickAt: null }, true],
  ['tmux-persist-save.timer', { activeState: 'failed', nextTickAt: null }, true],
  ['tmux-persist-save.timer', { file: { kind: 'masked' }, activeState: 'inactive', nextTickAt: null }, true],
  ['tmux-persist-save.timer', { nextTickAt: null }, true],
  ['tmux-persist-save.service', { activeState: 'failed' }, true],
  ['tmux-persist-save.service', { file: { kind: 'masked' }, activeState: 'inactive' }, true],
  ['tmux-persist-restore.service', { activeState: 'failed' }, true],
  ['tmux-persist-restore.service', { file: { kind: 'masked' }, activeState: 'inactive' }, false],
  ['tmux-persist-watch.service', { activeState: 'failed' }, false],
])('%s with %o keeps sessions from being saved or restored: %s', (name, facts, isVital) => {
  const desired = { name, enabled: true, active: name.endsWith('.timer') };
  const units = [{ desired, observed: { ...healthy, ...facts } }];
  expect(judgeUnits({ units, predecessors: [], lookAlikes: [] }).units).toMatchObject([{ isVital }]);
});

test.each<readonly [ObservedUnit['failure'], string]>([
  [null, 'has failed'],
  [
    { result: 'exit-code', exitStatus: 4 },
    "has failed with exit status 4 (NOPERMISSION is systemd's name for it): somebody could not be looked at or recorded, the others were",
  ],
  [
    { result: 'exit-code', exitStatus: 2 },
    "has failed with exit status 2 (INVALIDARGUMENT is systemd's name for it): it refused to begin, as with a roster that cannot be used",
  ],
  [{ result: 'exit-code', exitStatus: 77 }, 'has failed with exit status 77'],
  [{ result: 'timeout', exitStatus: null }, 'has failed: it took longer than its time limit'],
  [{ result: 'protocol', exitStatus: null }, 'has failed: protocol'],
])('a unit that failed by %o says what that means', (failure, problem) => {
  const desired = { name: 'tmux-persist-save.service', enabled: false, active: false };
  const observed = { ...healthy, activeState: 'failed', nextTickAt: null, failure };
  expect(judgeUnits({ units: [{ desired, observed }], predecessors: [], lookAlikes: [] }).units).toMatchObject([
    { problem },
  ]);
});

test('a unit that its administrator has taken from our care is no problem, whatever its state', () => {
  const leftAlone = { path: '/etc/systemd/system/a.timer.d/leave.conf', since: '2026-11-20T14:00:00.000Z' };
  const off = { ...healthy, enabledState: 'disabled', activeState: 'inactive', nextTickAt: null, leftAlone };
  expect(judge(off).units).toEqual([
    { unit: 'a.timer', state: 'disabled, inactive', problem: null, mend: null, isVital: false, leftAlone },
  ]);
});
