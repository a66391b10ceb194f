import { describe, expect, test } from 'vitest';
import { rosterOf, sharedHost } from './shared-host.ts';
import { agentsOf, type UserAgents } from './user-agents.ts';

const host = sharedHost();

/** From the start of an agent until it shows that it runs, at the least. */
const startingMs = 1_500;

describe('two runs that overlap', () => {
  test('start no more agents at a time than one may, and both go on', { timeout: 60_000 }, async () => {
    const { emo, anca, writeRoster, persist, start } = host();
    writeRoster(`persist:\n  start:\n    agents_at_once: 2\n${rosterOf(emo, anca)}`);
    const both = [agentsOf(emo), agentsOf(anca)];
    for (const agents of both) for (const session of ['a', 'b', 'c', 'd']) spokenIn(agents, session);
    expect(persist('save')).toMatchObject({ exitCode: 0 });
    for (const { kill } of both) kill();
    for (const { fake } of both) fake.configure({ registrationDelayMs: startingMs });
    const since = Date.now();

    const runs = await Promise.all([start('restore', emo.name), start('apply', '--user', anca.name)]);

    expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const [emos = [], ancas = []] = both.map((agents) => startsOf(agents, since));
    expect([emos.length, ancas.length]).toEqual([4, 4]);
    expect(mostAtOnce([...emos, ...ancas])).toBe(2);
    expect(Math.min(...emos)).toBeLessThan(Math.max(...ancas));
    expect(Math.min(...ancas)).toBeLessThan(Math.max(...emos));
  });
});

function spokenIn({ start, say }: UserAgents, session: string): void {
  start(session);
  say(session, `words of ${session}.`);
}

/** When each agent was started that resumes a conversation. */
function startsOf({ fake }: UserAgents, since: number): readonly number[] {
  const resumed = fake.starts().filter(({ args, startedAtMs }) => startedAtMs >= since && args.includes('--resume'));
  return resumed.map(({ startedAtMs }) => startedAtMs);
}

function mostAtOnce(starts: readonly number[]): number {
  return Math.max(...starts.map((at) => starts.filter((one) => one <= at && at < one + startingMs).length));
}
