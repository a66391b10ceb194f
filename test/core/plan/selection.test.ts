import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidatesFromSnapshot, candidatesOf } from '../../../src/core/plan/candidate.ts';
import type { SessionEntry } from '../../../src/core/manifest.ts';
import { matchSelector, type SelectorMatch, type UserCandidates } from '../../../src/core/plan/selection.ts';
import { claude, clock, gone, live, manifest } from '../../support/builders.ts';

const id = '3f36c85e-1111-4222-8333-944445555666';

describe('a selector', () => {
  test('finds a session by its exact name only', () => {
    const pool = of(gone('api', 'closed'), gone('api-server', 'closed'), gone('7', 'closed'), gone('007', 'closed'));
    expect(found('api', pool)).toBe('emo/api');
    expect(found('7', pool)).toBe('emo/7');
    expect(found('ap', pool)).toBe('none');
    expect(found('api*', pool)).toBe('none');
    expect(found('', pool)).toBe('none');
  });

  test('finds a conversation by its id, or by 8 or more leading characters of it', () => {
    const pool = of(
      gone('api', 'closed', { holding: [null, claude(id)] }),
      live('other', { holding: [claude('else')] }),
    );
    expect(found(id, pool)).toBe(`emo/api ${id}`);
    expect(found('3f36c85e', pool)).toBe(`emo/api ${id}`);
    expect(found('3f36c85', pool)).toBe('none');
    expect(found('else', pool)).toBe('emo/other else');
    expect(found('f36c85e-1111', pool)).toBe('none');
  });

  test('finds an ended conversation', () => {
    const pool = of(gone('api', 'closed', { holding: [claude(id, { at: clock(0), killed: false })] }));
    expect(found(id, pool)).toBe(`emo/api ${id}`);
  });

  test('means a name before an id', () => {
    const pool = of(gone('api', 'closed', { holding: [claude(id)] }), gone(id, 'closed'));
    expect(found(id, pool)).toBe(`emo/${id}`);
  });

  test('means a whole id before the start of another', () => {
    const pool = of(
      gone('a', 'closed', { holding: [claude('12345678')] }),
      gone('b', 'closed', { holding: [claude('12345678-9')] }),
    );
    expect(found('12345678', pool)).toBe('emo/a 12345678');
    expect(found('12345678-', pool)).toBe('emo/b 12345678-9');
  });

  test('of a live session and a lost one of its name means the lost one', () => {
    expect(matchSelector('api', of(live('api'), gone('api', 'closed')))).toMatchObject({
      kind: 'one',
      candidate: { state: 'gone' },
    });
  });

  test('finds a live session where none of its name was lost', () => {
    expect(matchSelector('api', of(live('api'), gone('other', 'closed')))).toMatchObject({
      kind: 'one',
      candidate: { state: 'live' },
      conversation: null,
    });
  });

  test('does not take a namesake of another user for the lost one', () => {
    const pool = [...of(live('api')), ...of(gone('api', 'closed')).map((one) => ({ ...one, user: 'anca' }))];
    expect(found('api', pool)).toBe('many: emo: api, anca: api');
  });

  test('that means more than one tells which', () => {
    const pool = of(
      gone('api', 'closed', { holding: [null, claude(`${id}-1`)] }),
      gone('api', 'reboot', { holding: [claude(`${id}-2`)] }),
      gone('api', 'reboot'),
    );
    expect(found('api', pool)).toBe(`many: emo: api (${id}-1), emo: api (${id}-2), emo: api`);
    expect(found('3f36c85e', pool)).toBe(`many: ${id}-1, ${id}-2`);
  });

  test('of several entries that hold the conversation means the one that held it last', () => {
    const holding = [claude(id)];
    const lost = [
      gone('early', 'reboot', { holding, lastSeenAt: clock(-9) }),
      gone('late', 'closed', { holding, lastSeenAt: clock(-2) }),
      gone('middle', 'reboot', { holding, lastSeenAt: clock(-5) }),
    ];
    expect(found(id, of(...lost))).toBe(`emo/late ${id}`);
    expect(found(id, of(...lost, live('now', { holding, lastSeenAt: clock(-20) })))).toBe(`emo/now ${id}`);
  });

  test('never throws and never finds what it does not name', () => {
    const pool = of(gone('api', 'closed', { holding: [claude(id)] }), gone('$(x)', 'closed'), live('a.*'));
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('api', '$(x)', 'a.*', '3f36c85e', '.*', '__proto__')),
        (text) => {
          const match = matchSelector(text, pool);
          if (match.kind !== 'one') return;
          expect([match.candidate.session.name, id.slice(0, text.length)]).toContain(text);
        },
      ),
    );
  });
});

describe('an older snapshot', () => {
  test('offers what it held as live', () => {
    const then = manifest([live('api', { holding: [claude(id)] }), live('notes'), gone('old', 'closed')]);
    expect(candidatesFromSnapshot('20261119T120000', then, null)).toMatchObject([
      { session: { name: 'api' }, state: 'gone', cause: null, goneAt: null, snapshot: '20261119T120000' },
      { session: { name: 'notes' }, state: 'gone', cause: null, snapshot: '20261119T120000' },
    ]);
  });

  test('knows from today what became of it', () => {
    const api = { holding: [claude(id)] };
    const then = manifest([live('api', api), live('notes'), live('web')]);
    const today = manifest([
      live('api'),
      gone('api', 'killed', api),
      live('notes', { holding: [claude('new')] }),
      gone('elsewhere', 'closed'),
    ]);
    const candidates = candidatesFromSnapshot('then', then, today);
    expect(candidates.map(({ session, state, cause }) => [session.name, state, cause])).toEqual([
      ['api', 'gone', 'killed'],
      ['notes', 'live', null],
      ['web', 'gone', null],
    ]);
  });

  test('finds a conversation of its own where it has ended since', () => {
    const then = manifest([live('api', { holding: [claude(id)] })]);
    const today = manifest([live('api', { holding: [claude(id, { at: clock(0), killed: false })] })]);
    expect(candidatesFromSnapshot('then', then, today)).toMatchObject([{ state: 'live' }]);
  });
});

function of(...entries: readonly SessionEntry[]): readonly UserCandidates[] {
  return [{ user: 'emo', candidates: candidatesOf(manifest(entries)) }];
}

function found(selector: string, pool: readonly UserCandidates[]): string {
  return shown(matchSelector(selector, pool));
}

function shown(match: SelectorMatch): string {
  switch (match.kind) {
    case 'none':
      return 'none';
    case 'many':
      return `many: ${match.matches.join(', ')}`;
    case 'one':
      return [`${match.user}/${match.candidate.session.name}`, match.conversation ?? ''].join(' ').trim();
  }
}
