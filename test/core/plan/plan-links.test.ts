import { expect, test } from 'vitest';
import { planUser } from '../../../src/core/plan/plan-user.ts';
import type { SessionEntry } from '../../../src/core/manifest.ts';
import { clock, gone, live, observed, seen, situation } from '../../support/builders.ts';

const link = { index: 5, owner: 'work', window: 2, active: false, last: false };

test('a linked window comes from the session that comes back beside it, under the name that that one gets', () => {
  const entries = [gone('work', 'reboot'), gone('linker', 'reboot', { links: [link] })];
  expect(linksIn(entries)).toEqual([{ ...link, from: 'work' }]);
});

test('a linked window comes from the session that has lived on', () => {
  const owner = live('work', { tmuxId: '$7' });
  const entries = [owner, gone('linker', 'killed', { links: [link], lastSeenAt: clock(-5) })];
  const observation = observed([seen('work', { tmuxId: '$7' })]);
  expect(linksIn(entries, observation)).toEqual([{ ...link, from: 'work' }]);
});

test.each([
  ['is not recorded', []],
  ['stays closed', [gone('work', 'closed')]],
  ['was lost at another time', [gone('work', 'reboot', { goneAt: clock(-30) })]],
])('a linked window comes from nowhere when the session that had it %s', (_, others) => {
  const entries = [...others, gone('linker', 'reboot', { links: [link] })];
  expect(linksIn(entries)).toEqual([{ ...link, from: null }]);
});

test('a linked window does not come from a namesake that was made afterwards', () => {
  const namesake = live('work', { tmuxId: '$7', createdAt: clock(-1) });
  const entries = [namesake, gone('linker', 'killed', { links: [link], lastSeenAt: clock(-5) })];
  expect(linksIn(entries, observed([seen('work', { tmuxId: '$7' })]))).toEqual([{ ...link, from: null }]);
});

function linksIn(entries: readonly SessionEntry[], observation = situation([]).observation) {
  const actions = planUser(situation(entries, { observation }));
  return actions.flatMap((action) => (action.action === 'create' && action.as === 'linker' ? action.links : []));
}
