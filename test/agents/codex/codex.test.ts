import { execFileSync } from 'node:child_process';
import { chownSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codex } from '../../../src/agents/codex/codex.ts';
import { agentHome, type AgentHome, holderOf, ownUid, processIn } from '../agent-home.ts';
import { line, one, reading, resumable, rollout, two } from './codex-home.ts';

describe('which processes are a codex that a person converses with', () => {
  test.each<[readonly string[], 'interactive' | 'other' | null]>([
    [['codex'], 'interactive'],
    [['/opt/codex/bin/codex', '-m', 'gpt-5', 'fix the tests'], 'interactive'],
    [['codex', 'resume', one], 'interactive'],
    [['codex', 'fork', '--last'], 'interactive'],
    [['codex', '-c', 'model="o3"', 'exec', 'hi'], 'other'],
    [['codex', 'mcp', 'list'], 'other'],
    [['codex', 'login'], 'other'],
    [['codex', 'app-server', '--listen', 'unix://', '--managed-daemon'], 'other'],
    [['codex', '--version'], 'other'],
    [['/usr/bin/codex-helper'], null],
    [['node', '/usr/bin/codex'], null],
  ])('%j: %s', (argv, role) => {
    expect(codex.roleOf(processIn(agentHome(), argv))).toBe(role);
  });

  test('by the executable, not by what the process calls itself', () => {
    expect(codex.roleOf(processIn(agentHome(), ['codex'], { exe: '/usr/bin/vim' }))).toBeNull();
  });
});

describe('the conversation of a codex', () => {
  test('is the rollout file that it holds open', () => {
    const home = agentHome();
    const pid = holderOf(rollout(home, one));
    const { claims, fresh, reason, launch } = reading(home, { pid });
    expect(claims).toEqual([{ id: one, source: 'open-file', confidence: 'certain' }]);
    expect([fresh, reason]).toEqual([false, null]);
    expect(launch.directory).toBe('/home/emo/code');
  });

  test('is not that of a sub-agent', () => {
    const home = agentHome();
    const byThread = rollout(home, two, { thread_source: 'subagent' });
    const byParent = rollout(home, '01a1fc71-00a9-7863-8bc1-87e1b223c271', { parent_thread_id: one });
    const bySource = rollout(home, '01a1fc72-00a9-7863-8bc1-87e1b223c271', { source: { subagent: 'review' } });
    const { claims } = reading(home, { pid: holderOf(byThread, rollout(home, one), byParent, bySource) });
    expect(claims).toEqual([{ id: one, source: 'open-file', confidence: 'certain' }]);
  });

  test('is the one written last when /new has left the former open, and not beyond doubt', () => {
    const home = agentHome();
    const [former, current] = [rollout(home, one), rollout(home, two)];
    utimesSync(former, 1_000, 1_000);
    const { claims } = reading(home, { pid: holderOf(former, current) });
    expect(claims).toEqual([{ id: two, source: 'open-file', confidence: 'high' }]);
  });

  test('is what it holds open, whatever its arguments say', () => {
    const home = agentHome();
    rollout(home, two);
    const { claims } = reading(home, { pid: holderOf(rollout(home, one)), argv: ['codex', 'resume', two] });
    expect(claims.map(({ id }) => id)).toEqual([one]);
  });

  test('is fresh as long as nothing is open', () => {
    const home = agentHome();
    rollout(home, one);
    expect(reading(home, { pid: holderOf() })).toMatchObject({ claims: [], fresh: true, reason: null });
  });

  test('is that of the arguments before the file is open', () => {
    const home = agentHome();
    rollout(home, one);
    const { claims } = reading(home, { pid: holderOf(), argv: ['codex', 'resume', one] });
    expect(claims).toEqual([{ id: one, source: 'argv', confidence: 'medium' }]);
  });

  test('is looked for in the home that the process was given, of its own files only', () => {
    const [home, other] = [agentHome(), agentHome()];
    const elsewhere = rollout(other, one);
    const pid = holderOf(elsewhere);
    expect(reading(home, { pid }).claims).toEqual([]);
    const variables = { CODEX_HOME: join(other.path, '.codex') };
    const { claims, launch } = reading(home, { pid, variables });
    expect(claims.map(({ id }) => id)).toEqual([one]);
    expect(launch.env).toEqual(variables);
  });

  test('is found in a home that is a link', () => {
    const home = agentHome();
    const path = rollout(home, one);
    symlinkSync(join(home.path, '.codex'), join(home.path, 'link'));
    const { claims } = reading(home, { pid: holderOf(path), variables: { CODEX_HOME: join(home.path, 'link') } });
    expect(claims.map(({ id }) => id)).toEqual([one]);
  });

  test('cannot be told when its file was removed, and is not fresh', () => {
    const home = agentHome();
    const path = rollout(home, one);
    const pid = holderOf(path);
    rmSync(path);
    expect(reading(home, { pid })).toMatchObject({
      claims: [],
      fresh: false,
      reason: expect.stringContaining('removed'),
    });
  });

  test('cannot be told of a process that hides its files', () => {
    const home = agentHome();
    expect(reading(home, { pid: 2 ** 30 })).toMatchObject({
      claims: [],
      fresh: false,
      reason: expect.stringContaining('does not show'),
    });
  });

  test('cannot be told with a server elsewhere', () => {
    const home = agentHome();
    const { fresh, reason } = reading(home, { pid: holderOf(), argv: ['codex', '--remote', 'ws://host:1'] });
    expect([fresh, reason]).toEqual([false, 'its conversation is with another server']);
  });
});

describe('a rollout file that is not what it should be', () => {
  const hostile: readonly [string, (home: AgentHome, path: string) => void][] = [
    ['a symbolic link', (home, path) => (rmSync(path), symlinkSync(home.write('other', line(one)), path))],
    ['a FIFO', (_, path) => (rmSync(path), void execFileSync('mkfifo', [path]))],
    ['empty', (home) => rollout(home, one, null, '')],
    ['of another id', (home) => rollout(home, one, null, line(two))],
    ['deep JSON', (home) => rollout(home, one, null, '['.repeat(100_000))],
    ['not text', (home) => rollout(home, one, null, '\xff\xfe\0'.repeat(100))],
  ];

  test.each(hostile)('is no conversation, and not fresh: %s', (_, spoil) => {
    const home = agentHome();
    const path = rollout(home, one);
    const pid = holderOf(path);
    spoil(home, path);
    expect(reading(home, { pid })).toMatchObject({ claims: [], fresh: false });
    expect(resumable(home, one)).toMatchObject({ kind: 'gone' });
  });

  test.runIf(ownUid === 0)('is no conversation when it belongs to another user', () => {
    const home = agentHome();
    const path = rollout(home, one);
    chownSync(path, 12_345, 12_345);
    expect(reading(home, { pid: holderOf(path) })).toMatchObject({ claims: [], fresh: false });
    expect(resumable(home, one)).toMatchObject({ kind: 'gone' });
  });
});
