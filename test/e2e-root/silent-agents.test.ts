import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import { sharedHost } from './shared-host.ts';
import { agentsOf, heldBy, type UserAgents } from './user-agents.ts';

const host = sharedHost();

/** Each of them is waited for as long as 15 s, and one agent starts at a time. */
const silentCount = 6;

describe('a user whose agents never show that they run', { timeout: 90_000 }, () => {
  test('keeps nobody else’s from coming back, being told, recorded and unlocked, and the run from obeying SIGTERM', async () => {
    const { emo, anca, writeRoster, persist, launchIntoJournal, directory } = host();
    const start = 'persist:\n  start:\n    agents_at_once: 1\n';
    writeRoster(`${start}users:\n  ${emo.name}: {}\n  ${anca.name}: {}\n`);
    const [emos, ancas] = [agentsOf(emo), agentsOf(anca)];
    const sessions = Array.from({ length: silentCount }, (_, at) => `s${at}`);
    for (const session of sessions) spokenIn(emos, session);
    const ids = Object.fromEntries(['a', 'b', 'c'].map((session) => [session, spokenIn(ancas, session)]));
    expect(persist('save')).toMatchObject({ exitCode: 0 });
    for (const agents of [emos, ancas]) agents.kill();
    emos.fake.configure({ registrationDelayMs: 1_000_000 });

    const begunMs = performance.now();
    const journal = join(directory, 'journal');
    const { child, result } = launchIntoJournal(journal, 'restore');
    // Not free before all of them are back and recorded.
    waitUntil(() => anca.sessions().length === 3, 'the sessions of anca', 40_000);
    waitUntil(
      () => persist('save', '--user', anca.name, '--lock-timeout', '0').exitCode === 0,
      'the lock of anca',
      40_000,
    );

    // One turn of a silent agent is 5 s, and three quick ones take a second each. Behind all of emo's they would wait 90 s.
    expect(performance.now() - begunMs).toBeLessThan(45_000);
    expect(heldBy(host(), anca)).toEqual(ids);
    expect(Object.values(ancas.runningArgs())).toEqual(Object.values(ids).map((id) => ['--resume', id]));
    waitUntil(() => readFileSync(journal, 'utf8') !== '', 'the journal');
    expect(readFileSync(journal, 'utf8')).toBe(`<6>${anca.name}: created a, b, c\n`);
    expect(child.exitCode).toBeNull();
    child.kill('SIGTERM');
    expect(await result).toMatchObject({ exitCode: 143 });
    expect(readFileSync(journal, 'utf8')).toMatch(/\n<3>[^\n]*terminated\n$/);
    expect(persist('save', '--user', emo.name, '--lock-timeout', '0').exitCode).toBe(0);
  });

  test('gets all of them back, waited for no longer than there is reason to', async () => {
    const { emo, writeRoster, persist, start } = host();
    writeRoster(`persist:\n  start:\n    agents_at_once: 2\nusers:\n  ${emo.name}: {}\n`);
    const emos = agentsOf(emo);
    const sessions = Array.from({ length: 10 }, (_, at) => `s${at}`);
    for (const session of sessions) spokenIn(emos, session);
    expect(persist('save')).toMatchObject({ exitCode: 0 });
    emos.kill();
    emos.fake.configure({ registrationDelayMs: 1_000_000 });

    const begunMs = performance.now();
    const { exitCode, stdout } = await start('apply');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('claude has not shown its conversation yet');
    expect(emo.sessions()).toEqual(sessions.toSorted());
    // Two at once, 15 s each, they took 75 s.
    expect(performance.now() - begunMs).toBeLessThan(50_000);
  });
});

function spokenIn({ start, say }: UserAgents, session: string): string {
  start(session);
  return say(session, `words of ${session}.`);
}
