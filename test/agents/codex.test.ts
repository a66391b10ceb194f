import { execFileSync } from 'node:child_process';
import { chownSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentProcess, AgentReading } from '../../src/agents/agent.ts';
import { codex } from '../../src/agents/codex.ts';
import {
  agentHome,
  holderOf,
  launchIn,
  ownUid,
  processIn,
  readingOf,
  startedAtMs,
  startTimeOf,
  type AgentHome,
} from './agent-home.ts';

const one = '01a1fc6c-7190-7ba1-b22a-152d04d0a446';
const two = '01a1fc70-00a9-7863-8bc1-87e1b223c271';

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

describe("the conversations that codex's background server holds", () => {
  test('belong to the terminal that started in their directory as they began', () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a', timestamp: after(3) }), rollout(home, two, { cwd: '/b' }));
    const [a, b] = [terminal(home, '/a'), terminal(home, '/b')];
    expect(idsOf(readings(home, [a, b]))).toEqual([one, two]);
    expect(readings(home, [b, a])[0]?.claims).toEqual([{ id: two, source: 'assignment', confidence: 'medium' }]);
  });

  test("are nobody's when two terminals started there at once, in any order", () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a' }), rollout(home, two, { cwd: '/a' }));
    const terminals = [terminal(home, '/a'), terminal(home, '/a', 1)];
    for (const order of [terminals, terminals.toReversed()]) {
      for (const { claims, fresh, reason } of readings(home, order)) {
        expect([claims, fresh, reason]).toEqual([[], false, expect.stringContaining('background server')]);
      }
    }
  });

  test('are told apart in one directory by when their terminals started', () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a' }), rollout(home, two, { cwd: '/a', timestamp: after(62) }));
    expect(idsOf(readings(home, [terminal(home, '/a'), terminal(home, '/a', 60)]))).toEqual([one, two]);
  });

  test('are not believed when another was begun there since', () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a' }), rollout(home, two, { cwd: '/a', timestamp: after(600) }));
    expect(idsOf(readings(home, [terminal(home, '/a')]))).toEqual([null]);
  });

  test('are not given to a terminal that started long before', () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a', timestamp: after(300) }));
    expect(readings(home, [terminal(home, '/a')])[0]).toMatchObject({ claims: [], fresh: false });
  });

  test('do not make a terminal of its own less fresh', () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a' }));
    const alone = { ...terminal(home, '/a'), argv: ['codex', '--no-daemon'] };
    expect(readings(home, [alone])[0]).toMatchObject({ claims: [], fresh: true });
  });

  test('leave a terminal fresh as long as there are none', () => {
    const home = agentHome();
    daemon(home);
    expect(readings(home, [terminal(home, '/a')])[0]).toMatchObject({ claims: [], fresh: true });
  });

  test('are not looked for in a process that only has the pid of the server', () => {
    const home = agentHome();
    const pid = daemon(home, rollout(home, one, { cwd: '/a' }));
    home.write('.codex/app-server-daemon/daemon.pid', JSON.stringify({ pid, processIdentity: { startTicks: 1 } }));
    expect(readings(home, [terminal(home, '/a')])[0]).toMatchObject({ claims: [], fresh: true });
  });
});

describe('starting a codex again', () => {
  test('resumes with the options of before, and without a prompt', () => {
    const home = agentHome();
    const argv = [
      'codex',
      '--search',
      '-s',
      'read-only',
      '-C',
      '/tmp',
      '-i',
      'a.png',
      '-c',
      'x.api_key="abc"',
      '--',
      'fix it',
    ];
    const { launch } = reading(home, { pid: holderOf(), argv });
    expect(launch).toMatchObject({
      executable: 'codex',
      args: ['--search', '-s', 'read-only'],
      droppedArgs: ['-C', '-i', '-c', 'prompt'],
      directory: '/tmp',
    });
    expect(codex.startCommand(launch, one)).toEqual(['codex', 'resume', one, '--search', '-s', 'read-only']);
    expect(codex.startCommand(launch, null)).toEqual(['codex', '--search', '-s', 'read-only']);
  });

  test('does not pile up what a resumed one was started with', () => {
    const home = agentHome();
    rollout(home, one);
    const first = codex.startCommand(launchIn(home, { executable: 'codex', args: ['--yolo'] }), one) ?? [];
    const { launch } = reading(home, { pid: holderOf(), argv: first });
    expect(launch.droppedArgs).toEqual([]);
    expect(codex.startCommand(launch, one)).toEqual(first);
  });

  test.each(['', '--yolo', '-x', '../../etc', `${one}\n`, one.toUpperCase(), '--last'])(
    'never with the id %j',
    (id) => {
      const home = agentHome();
      expect(codex.startCommand(launchIn(home), id)).toBeNull();
      expect(resumable(home, id)).toMatchObject({ kind: 'gone' });
    },
  );

  test.each([
    ['/home/emo/.codex/packages/standalone/releases/0.169.0/bin/codex', 'codex'],
    ['/usr/lib/node_modules/@openai/codex/vendor/codex', 'codex'],
    ['/no/such/codex', 'codex'],
  ])('by its name rather than by %s', (calledAs, executable) => {
    const home = agentHome();
    expect(reading(home, { pid: holderOf(), argv: [calledAs] }).launch.executable).toBe(executable);
  });

  test('by the path that the person typed, where it stays', () => {
    const home = agentHome();
    const path = home.write('opt/codex', '');
    expect(reading(home, { pid: holderOf(), argv: [path] }).launch.executable).toBe(path);
  });

  test('keeps an environment of absolute paths only', () => {
    const home = agentHome();
    const variables = { CODEX_HOME: 'relative', OPENAI_API_KEY: 'abc' };
    expect(reading(home, { pid: holderOf(), variables }).launch.env).toEqual({});
  });

  test('is possible as long as the rollout file of its day is there', () => {
    const home = agentHome();
    const path = rollout(home, one);
    expect(resumable(home, one)).toEqual({ kind: 'resumable' });
    expect(resumable(home, two)).toMatchObject({ kind: 'gone' });
    rmSync(path);
    expect(resumable(home, one)).toEqual({ kind: 'gone', reason: 'its rollout file was removed' });
  });
});

function after(seconds: number): string {
  return new Date(startedAtMs + seconds * 1000).toISOString();
}

function line(id: string, meta: Readonly<Record<string, unknown>> = {}): string {
  const payload = { id, cwd: '/home/emo/code', timestamp: after(2), source: 'cli', thread_source: 'user', ...meta };
  return `${JSON.stringify({ timestamp: after(2), type: 'session_meta', payload })}\n{"type":"event_msg"}\n`;
}

/** Writes a rollout file, as Codex 0.169.0 does, and returns its path. */
function rollout(
  home: AgentHome,
  id: string,
  meta: Readonly<Record<string, unknown>> | null = {},
  text = line(id, meta ?? {}),
): string {
  return home.write(`.codex/sessions/2026/11/20/rollout-2026-11-20T12-00-02-${id}.jsonl`, text);
}

/** A background server that holds files open, and has written down who it is. */
function daemon(home: AgentHome, ...held: readonly string[]): number {
  const pid = holderOf(...held);
  const record = { pid, processIdentity: { bootId: 'b', startTicks: Number(startTimeOf(pid)) } };
  home.write('.codex/app-server-daemon/daemon.pid', JSON.stringify(record));
  return pid;
}

/** A terminal that holds nothing itself, started some seconds after the first. */
function terminal(home: AgentHome, cwd: string, seconds = 0): AgentProcess {
  return processIn(home, ['codex'], { pid: holderOf(), cwd, startedAtMs: startedAtMs + seconds * 1000 });
}

function readings({ files }: AgentHome, terminals: readonly AgentProcess[]): readonly AgentReading[] {
  const all = codex.readConversations(terminals, files);
  return terminals.flatMap((one) => all.get(one) ?? []);
}

function idsOf(all: readonly AgentReading[]): readonly (string | null)[] {
  return all.map(({ claims }) => claims[0]?.id ?? null);
}

function reading(home: AgentHome, { argv = ['codex'], ...facts }: Parameters<typeof processIn>[2] = {}): AgentReading {
  return readingOf(codex, processIn(home, argv ?? ['codex'], facts), home);
}

function resumable(home: AgentHome, id: string): ReturnType<typeof codex.checkResumable> {
  return codex.checkResumable({ id, launch: launchIn(home) }, home.files);
}
