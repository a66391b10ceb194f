import { describe, expect, test } from 'vitest';
import { retained } from '../../../src/core/record/retention.ts';
import { clock, gone, live } from '../../support/builders.ts';

const day = 24 * 60;

describe('what stays in a record', () => {
  test('a gone entry stays for 30 days', () => {
    const entries = [
      gone('kept', 'closed', { goneAt: clock(-30 * day) }),
      gone('dropped', 'reboot', { goneAt: clock(-30 * day - 1) }),
    ];
    expect(retained(entries, clock(0)).map((entry) => entry.name)).toEqual(['kept']);
  });

  test('of more than 200 gone entries the oldest leave', () => {
    const entries = Array.from({ length: 203 }, (_, at) => gone(`s${at}`, 'closed', { goneAt: clock(-at) }));
    const kept = retained(entries.toReversed(), clock(0)).map((entry) => entry.name);
    expect(kept).toHaveLength(200);
    expect(entries.map((entry) => entry.name).filter((name) => !kept.includes(name))).toEqual(['s200', 's201', 's202']);
  });

  test('of gone entries of more than two million characters the oldest leave, whatever order they come in', () => {
    const big = 'x'.repeat(300_000);
    const entries = Array.from({ length: 10 }, (_, at) =>
      gone(`s${at}`, 'closed', { goneAt: clock(at < 4 ? 0 : -at), path: big }),
    );
    const kept = ['s0', 's1', 's2', 's3', 's4', 's5'];
    expect(retained(entries, clock(0)).map((entry) => entry.name)).toEqual(kept);
    expect(retained(entries.toReversed(), clock(0)).map((entry) => entry.name)).toEqual(kept);
  });

  test('live entries always stay and do not count', () => {
    const old = Array.from({ length: 250 }, (_, at) => live(`live${at}`, { lastSeenAt: clock(-90 * day) }));
    const lost = Array.from({ length: 200 }, (_, at) => gone(`gone${at}`, 'closed', { goneAt: clock(-at) }));
    expect(retained([...old, ...lost], clock(0))).toHaveLength(450);
  });

  test('the order is by name, live before gone, later before earlier, whatever order they come in', () => {
    const entries = [
      gone('a', 'closed', { lastSeenAt: clock(-2), goneAt: clock(-1) }),
      live('a', { lastSeenAt: clock(-20) }),
      gone('a', 'closed', { lastSeenAt: clock(-9) }),
      gone('a', 'closed', { lastSeenAt: clock(-2), goneAt: clock(0) }),
      live('Z'),
      live('é'),
      gone('a', 'killed', { lastSeenAt: clock(-9) }),
    ];
    const ordered = [4, 1, 3, 0, 2, 6, 5].flatMap((at) => entries[at] ?? []);
    expect(retained(entries, clock(0))).toEqual(ordered);
    expect(retained(entries.toReversed(), clock(0))).toEqual(ordered);
  });
});
