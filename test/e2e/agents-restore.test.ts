import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentBox, type AgentBox } from '../support/agent-box.ts';
import { rosterOfSelf } from '../support/persist-sandbox.ts';
import { actionFor, planOf } from '../support/plan-document.ts';
import { sessionNames } from '../support/world.ts';

test('a session whose transcript is gone comes back as a shell, says which one, and is done with', () => {
  const box = agentBox();
  const [id = ''] = spokenIn(box, 'notes');
  box.save();
  box.kill();
  rmSync(box.transcriptOf(id));
  const before = box.fake.starts().length;

  const { stdout, exitCode } = box.apply();

  expect(stdout).toMatch(/: created without its conversation notes in \S+, shell; claude \S{8} cannot be resumed: /);
  expect(stdout).toContain(`claude ${id.slice(0, 8)} cannot be resumed: `);
  expect(stdout).toContain('Applied: 0 created, 1 without their conversation, 0 failed;');
  expect(exitCode).toBe(1);
  expect(box.runningArgs()).toEqual({ notes: null });
  // It never started, so it has not ended.
  expect(box.box.persist('plan').stdout).toContain('· 1 session without its conversation ');
  const { stdout: plan } = box.box.persist('plan', '--held');
  expect(plan).toMatch(/claude \S{8} +could not be started /);
  expect(plan).not.toMatch(/ ended /);
  const again = box.apply();
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Applied: 0 created, 0 failed;') });
  expect(sessionNames(box.box)).toEqual(['notes']);
  expect(box.fake.starts()).toHaveLength(before);
});

test('an agent that ends at once is a failure with its last words; its shell and its identity stay, and nothing loops', () => {
  const box = agentBox();
  const [id = ''] = spokenIn(box, 'notes');
  box.save();
  box.kill();
  box.fake.configure({ failure: { afterMs: 100, exitCode: 1, words: `No conversation found with session ID: ${id}` } });
  const before = box.fake.starts().length;

  const { stdout, exitCode } = box.apply();

  expect(exitCode).toBe(1);
  expect(stdout).toContain(`No conversation found with session ID: ${id}`);
  expect(sessionNames(box.box)).toEqual(['notes']);
  expect(box.runningArgs()).toEqual({ notes: null });
  expect(box.apply().stdout).toContain('Applied: 0 created, 0 failed;');
  expect(sessionNames(box.box)).toEqual(['notes']);
  expect(box.fake.starts()).toHaveLength(before + 1);
  expect(actionFor(planOf(box.box), 'notes')).toMatchObject({ action: 'live', conversation: { agent: 'claude', id } });

  box.fake.configure({});
  const resumed = box.box.persist('apply', '--session', id.slice(0, 8));

  expect(resumed).toMatchObject({ exitCode: 0 });
  expect(box.runningArgs()).toEqual({ notes: ['--resume', id] });
});

test('a session that shares the windows of one with an agent comes back after it, and shares them again', () => {
  const box = agentBox();
  const [id = ''] = spokenIn(box, 'own');
  box.box.tmux('new-session', '-d', '-s', 'mirror', '-t', '=own');
  box.save();
  box.kill();

  const { stdout, exitCode } = box.apply();

  expect(exitCode).toBe(0);
  expect(stdout).not.toContain('window of its own');
  expect(sessionNames(box.box)).toEqual(['mirror', 'own']);
  const panes = box.box.tmux('list-panes', '-s', '-t', '=mirror', '-F', '#{pane_id}');
  expect(panes).toBe(box.box.tmux('list-panes', '-s', '-t', '=own', '-F', '#{pane_id}'));
  expect(box.runningArgs()).toMatchObject({ own: ['--resume', id] });
});

test('a session with an agent takes the place of the one that the configuration makes when the server starts', () => {
  const box = agentBox();
  const [id = ''] = spokenIn(box, 'main');
  box.box.tmux('new-window', '-d', '-t', '=main:5');
  const [other = ''] = spokenIn(box, 'other');
  box.save();
  box.kill();
  writeFileSync(join(box.box.home, '.tmux.conf'), 'new-session -d -s main -n home\nnew-session -d -s other\n');

  expect(box.apply()).toMatchObject({ exitCode: 0 });

  expect(sessionNames(box.box)).toEqual(['main', 'other']);
  expect(box.box.tmux('list-windows', '-t', '=main', '-F', '#{window_index}')).toBe('0\n5\n');
  expect(box.runningArgs()).toEqual({ main: ['--resume', id], other: ['--resume', other] });
});

describe('agents are started gently', () => {
  test('one after the other where the roster says so', () => {
    const box = agentBox({ roster: rosterOfSelf('persist:\n  start:\n    agents_at_once: 1\n') });
    const ids = spokenIn(box, 'a', 'b', 'c');
    box.save();
    box.kill();
    box.fake.configure({ registrationDelayMs: 700 });
    const before = box.fake.starts().length;

    expect(box.apply()).toMatchObject({ exitCode: 0 });

    const starts = box.fake.starts().slice(before);
    expect(new Set(starts.map(({ args }) => args[1]))).toEqual(new Set(ids));
    expect(starts).toHaveLength(3);
    const gapsMs = starts.slice(1).map(({ startedAtMs }, at) => startedAtMs - (starts[at]?.startedAtMs ?? 0));
    for (const gapMs of gapsMs) expect(gapMs).toBeGreaterThanOrEqual(700);
  });

  test('and not at all while memory is short: nothing is created, and the next plan offers it again', () => {
    const box = agentBox({ roster: rosterOfSelf('persist:\n  start:\n    memory_floor_mib: 900000000\n') });
    spokenIn(box, 'notes');
    box.save();
    box.kill();
    const before = box.fake.starts().length;

    const { stdout, exitCode } = box.apply();

    expect(stdout).toMatch(/deferred notes: only \d+ MiB of memory are available; the floor is 900000000 MiB/);
    expect(exitCode).toBe(4);
    expect(sessionNames(box.box)).toEqual([]);
    expect(box.fake.starts()).toHaveLength(before);
    expect(actionFor(planOf(box.box), 'notes')).toMatchObject({ action: 'create', pending: true });
  });
});

function spokenIn(box: AgentBox, ...sessions: readonly string[]): readonly string[] {
  const cwd = box.box.directory('code');
  for (const session of sessions) box.start(session, { cwd });
  return sessions.map((session) => box.say(session, `words of ${session}`));
}
