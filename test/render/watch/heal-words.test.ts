import { expect, test } from 'vitest';
import type { HealDecision, Verdict } from '../../../src/core/heal/heal.ts';
import { localClock } from '../../../src/render/text/clock.ts';
import { healJournal } from '../../../src/render/watch/heal-words.ts';

const options = { user: 'emo', clock: localClock(() => 60), now: '2026-11-20T12:00:00.000Z' };
const healedAt = '2026-11-20T11:02:00.000Z';
const until = '2026-11-20T12:02:00.000Z';

test.each<readonly [Verdict, string | null]>([
  [{ kind: 'heal' }, 'notice: heals job: the tmux server died'],
  [{ kind: 'wait', why: 'grace', until }, null],
  [
    { kind: 'wait', why: 'deferred', until },
    'notice: waits until 13:02 to heal job: there was no memory for the agents',
  ],
  [
    { kind: 'wait', why: 'memory', memory: { kind: 'short', availableMib: 300, floorMib: 512 } },
    'notice: waits for memory to heal job: only 300 MiB are available; the floor is 512 MiB',
  ],
  [
    { kind: 'wait', why: 'memory', memory: { kind: 'pressed' } },
    'notice: waits for memory to heal job: the host was short of it within the last minute',
  ],
  [
    { kind: 'wait', why: 'memory', memory: { kind: 'watching' } },
    'notice: waits for memory to heal job: it must have been enough for a whole minute',
  ],
  [
    { kind: 'hold', why: 'healed-lately', healedAt, until },
    'warning: job held until 13:02: it was healed at 12:02 and was lost again',
  ],
  [
    { kind: 'hold', why: 'failed-lately', healedAt, until },
    'warning: job held until 13:02: it could not be healed at 12:02',
  ],
  [{ kind: 'hold', why: 'too-many', until }, 'warning: job held until 13:02: 200 sessions were healed within an hour'],
  [{ kind: 'hold', why: 'switched-off' }, 'info: job not healed: heal is off for server-died in the roster'],
  [{ kind: 'hold', why: 'parked' }, 'info: job not healed: the user is parked'],
  [{ kind: 'hold', why: 'lost-long-ago' }, 'warning: job not healed: it was lost more than a day ago'],
  [{ kind: 'hold', why: 'shutdown' }, 'warning: job not healed: the host is shutting down'],
])('the decision %j is told as %j', (verdict, line) => {
  const told = healJournal([decision('job', verdict)], options).map(({ priority, text }) => `${priority}: ${text}`);
  expect(told).toEqual(line === null ? [] : [line.replace(': ', ': emo: ')]);
});

test('what is decided about several sessions is one line, and names cannot change it', () => {
  const held = { kind: 'hold', why: 'healed-lately', healedAt, until } as const;
  const names = ['a', '$&', 'x\n<0>y'];
  const decisions = [...names.map((name) => decision(name, held)), decision('b', { kind: 'heal' })];
  expect(healJournal(decisions, options).map(({ text }) => text)).toEqual([
    String.raw`emo: a, $&, x\n<0>y held until 13:02: they were healed at 12:02 and were lost again`,
    'emo: heals b: the tmux server died',
  ]);
});

function decision(name: string, verdict: Verdict): HealDecision {
  const lost = { name, socket: null, conversations: [], cause: 'server-died', killer: null, goneAt: healedAt } as const;
  return { lost, reason: 'server-died', key: name, ...verdict };
}
