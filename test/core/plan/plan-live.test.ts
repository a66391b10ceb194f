import { describe, expect, test } from 'vitest';
import { isPending } from '../../../src/core/plan/action.ts';
import type { UserSituation } from '../../../src/core/plan/plan-user.ts';
import { claude, clock, gone, live, observed, seen } from '../../support/builders.ts';
import { kinds, named, plannedFor, rosterUser, select } from '../../support/planning.ts';

const id = '3f36c85e-1111-4222-8333-444455556666';
const ended = claude(id, { at: clock(0), killed: false });
const entry = live('notes', { holding: [ended] });
const idle: Partial<UserSituation> = { observation: observed([seen('notes', { idlePanes: ['%00'] })]) };
const busy: Partial<UserSituation> = { observation: observed([seen('notes')]) };

describe('a live session in which a conversation has ended', () => {
  test('offers to resume it, and does nothing, as long as nobody names it', () => {
    const [action] = plannedFor([entry], idle);
    expect(action).toMatchObject({
      action: 'live',
      conversation: ended,
      offer: { conversation: ended, selector: '3f36c85e' },
      reason: 'it is running; claude 3f36c85e has ended in it, and is resumed when it is named',
    });
    expect(plannedFor([entry], idle).filter(isPending)).toEqual([]);
  });

  test.each([
    ['--all', select({ all: true })],
    ['--include', select({ include: ['closed'] })],
    ['a restore of that user', select({ besideConflicts: true, include: ['server-stopped'] })],
    ['the naming of another', select({ sessions: ['other'] })],
  ])('is not resumed by %s', (_, selection) => {
    expect(kinds([entry], { ...idle, selection })).toEqual(['live']);
  });

  test('is not resumed by a snapshot that is asked for as a whole', () => {
    const [entries, { candidates }] = named([entry], 'notes');
    expect(kinds(entries, { ...idle, candidates, selection: select({ at: '20261120T1' }) })).toEqual(['live']);
  });

  test.each([
    ['its name', null],
    ['its id', id],
  ])('is resumed when it is asked for by %s', (_, conversation) => {
    const [entries, asked] = named([entry], 'notes', {}, conversation);
    expect(plannedFor(entries, { ...idle, ...asked })).toMatchObject([
      {
        action: 'resume',
        conversation: ended,
        ended: { place: { kind: 'pane', paneId: '%00', isDead: false }, conversation: ended },
        reason: 'claude 3f36c85e has ended in it; it was selected',
      },
    ]);
  });

  test('is left alone while its pane is not at an idle shell, asked for or not', () => {
    const reason = 'it is running; claude 3f36c85e has ended in it, but its pane is not at an idle shell';
    const [entries, asked] = named([entry], 'notes');
    for (const situation of [busy, { ...busy, ...asked }]) {
      expect(plannedFor(entries, situation)).toMatchObject([{ action: 'live', offer: null, reason }]);
    }
  });

  test('is left alone while the conversation runs elsewhere', () => {
    const observation = observed([
      seen('notes', { idlePanes: ['%00'] }),
      seen('b', { tmuxId: '$1', holding: [claude(id)] }),
    ]);
    const [entries, asked] = named([entry], 'notes');
    expect(plannedFor(entries, { observation, ...asked })).toMatchObject([
      { action: 'live', offer: null, reason: 'it is running; claude 3f36c85e is live in b' },
    ]);
  });

  test('is left alone when another session is given the conversation first', () => {
    const killed = claude(id, { at: clock(0), killed: true });
    const lost = gone('lost', 'reboot', { holding: [claude(id)], lastSeenAt: clock(9) });
    const both = [live('notes', { holding: [killed], lastSeenAt: clock(8) }), lost];
    const actions = plannedFor(both, idle);
    const starting = actions.filter(
      (action) => action.action === 'create' || (action.action === 'live' && action.offer),
    );
    expect(starting).toHaveLength(1);
  });

  test('is not offered to a user who is parked, or whose session the roster excludes', () => {
    const parked = { rosterUser: rosterUser({ parked: true }) };
    const excluded = { rosterUser: rosterUser({}, { exclude: ['no*'] }) };
    for (const roster of [parked, excluded]) {
      expect(plannedFor([entry], { ...idle, ...roster })).toMatchObject([{ offer: null, reason: 'it is running' }]);
    }
  });

  test('is offered beside another conversation that runs in it', () => {
    const both = live('notes', { holding: [claude('runs'), ended] });
    const observation = observed([seen('notes', { holding: [claude('runs'), null], idlePanes: ['%01'] })]);
    expect(plannedFor([both], { observation })).toMatchObject([
      { action: 'live', conversation: { id: 'runs' }, offer: { conversation: ended } },
    ]);
  });

  test('resumes of several only the one whose id was asked for, and all of them by the name', () => {
    const other = claude('ffff', { at: clock(0), killed: true });
    const both = live('notes', { holding: [ended, other, other] });
    const observation = observed([seen('notes', { idlePanes: ['%00', '%01', '%02'] })]);
    const panesFor = (conversation: string | null) => {
      const [entries, asked] = named([both], 'notes', {}, conversation);
      return plannedFor(entries, { observation, ...asked }).flatMap((one) =>
        one.action === 'resume' && one.ended.place.kind === 'pane' ? [one.ended.place.paneId] : [],
      );
    };
    expect(panesFor('ffff')).toEqual(['%01']);
    expect(panesFor(null)).toEqual(['%00', '%01']);
  });

  test('is one of several that are offered together, by the name of their session', () => {
    const other = claude('ffff', { at: clock(0), killed: true });
    const both = live('notes', { holding: [ended, other] });
    const observation = observed([seen('notes', { idlePanes: ['%00', '%01'] })]);
    expect(plannedFor([both], { observation })).toMatchObject([
      { action: 'live', offer: { conversation: ended, selector: 'notes', others: 1 } },
    ]);
    const namesake = gone('notes', 'closed', { lastSeenAt: clock(-9) });
    expect(plannedFor([both, namesake], { observation })[0]).toMatchObject({ offer: { selector: '3f36c85e' } });
  });

  test('is named by its whole id where the start of it would mean another', () => {
    const twin = live('twin', { tmuxId: '$1', holding: [claude('3f36c85e-other')] });
    const observation = observed([seen('notes', { idlePanes: ['%00'] }), seen('twin', { tmuxId: '$1' })]);
    for (const namesake of [twin, live('3f36c85e', { tmuxId: '$1' })]) {
      const offers = plannedFor([entry, namesake], { observation }).map((one) =>
        one.action === 'live' ? one.offer : null,
      );
      expect(offers.find((offer) => offer !== null)?.selector).toBe(id);
    }
  });
});
