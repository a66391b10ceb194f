import { execFileSync } from 'node:child_process';
import { chownSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AgentReading } from '../../../src/agents/agent.ts';
import { copilot } from '../../../src/agents/copilot/copilot.ts';
import {
  agentHome,
  type AgentHome,
  holderByScript,
  holderOf,
  launchIn,
  ownUid,
  processIn,
  readingOf,
  startedAtMs,
} from '../agent-home.ts';

const one = '01bf8251-fdfb-41b2-810d-5ccbf740cf0d';
const two = '0cb916db-26aa-40f2-86b5-1ba81b225fd2';

test.each<[readonly string[], string, 'interactive' | 'other' | null]>([
  [['copilot'], '/opt/copilot', 'interactive'],
  [['copilot', '--resume', one, '--yolo'], '/opt/copilot', 'interactive'],
  [['copilot', '-i', 'fix it'], '/opt/copilot', 'interactive'],
  [['copilot', '-p', 'fix it'], '/opt/copilot', 'other'],
  [['copilot', '--acp'], '/opt/copilot', 'other'],
  [['copilot', 'login'], '/opt/copilot', 'other'],
  [['copilot', '--no-color', 'mcp', 'list'], '/opt/copilot', 'other'],
  [['node', '/usr/bin/copilot'], '/usr/bin/node', null],
  [['copilot'], '/usr/bin/vim', null],
])('%j of %s is %s', (argv, exe, role) => {
  expect(copilot.roleOf(processIn(agentHome(), argv, { exe }))).toBe(role);
});

test('a process is looked into by the names that it has under Node 22 and 24', () => {
  expect(['copilot', 'MainThread', 'bash'].map((comm) => copilot.mayBe(comm))).toEqual([true, true, false]);
});

describe('the conversation of a copilot', () => {
  test('is the session of which it holds the file open', () => {
    const home = agentHome();
    const pid = holderOf();
    // Its own pid is part of the name, which is known only once it runs.
    const holder = holdingOwnFile(home, one);
    expect(reading(home, holder)).toMatchObject({
      claims: [{ id: one, source: 'lock-file', confidence: 'certain' }],
      fresh: false,
      reason: null,
    });
    expect(reading(home, pid).claims).toEqual([]);
  });

  test('is the session with its lock, where it holds no file open', () => {
    const home = agentHome();
    const pid = holderOf();
    locked(home, one, pid);
    expect(reading(home, pid).claims).toEqual([{ id: one, source: 'lock-file', confidence: 'high' }]);
  });

  test('is not that of a lock from before it started', () => {
    const home = agentHome();
    const pid = holderOf();
    const lock = locked(home, one, pid);
    utimesSync(lock, startedAtMs / 1000 - 60, startedAtMs / 1000 - 60);
    expect(reading(home, pid)).toMatchObject({ claims: [], fresh: false, reason: 'no lock of a session is its own' });
  });

  test('is not that of a lock with the pid of another', () => {
    const home = agentHome();
    const pid = holderOf();
    session(home, one);
    home.write(`.copilot/session-state/${one}/inuse.${pid}.lock`, '1\n');
    locked(home, two, pid + 1);
    expect(reading(home, pid).claims).toEqual([]);
  });

  test('is not that of an open file with the pid of another, which it inherited', () => {
    const home = agentHome();
    session(home, one);
    const pid = holderOf(home.write(`.copilot/session-state/${one}/inuse.1.hold`, ''));
    expect(reading(home, pid).claims).toEqual([]);
  });

  test('cannot be told from the locks of two sessions', () => {
    const home = agentHome();
    const pid = holderOf();
    locked(home, one, pid);
    locked(home, two, pid);
    expect(reading(home, pid)).toMatchObject({ claims: [], reason: 'it holds the locks of several sessions' });
  });

  test('is fresh as long as nothing was said', () => {
    const home = agentHome();
    const pid = holderOf();
    locked(home, one, pid);
    rmSync(`${home.path}/.copilot/session-state/${one}/events.jsonl`);
    expect(reading(home, pid)).toMatchObject({ claims: [], fresh: true, reason: null });
  });

  test('is that of --resume before there is a lock', () => {
    const home = agentHome();
    session(home, one);
    const pid = holderOf();
    expect(reading(home, pid, [`--resume=${one}`]).claims).toEqual([{ id: one, source: 'argv', confidence: 'medium' }]);
    expect(reading(home, pid, [`--resume=${two}`]).claims).toEqual([]);
  });

  test('is looked for where COPILOT_HOME says', () => {
    const [home, other] = [agentHome(), agentHome()];
    const pid = holderOf();
    locked(other, one, pid);
    const variables = { COPILOT_HOME: `${other.path}/.copilot` };
    const { claims, launch } = readingOf(copilot, processIn(home, ['copilot'], { pid, variables }), home);
    expect(claims.map(({ id }) => id)).toEqual([one]);
    expect(launch.env).toEqual(variables);
    expect(copilot.checkResumable({ id: one, launch }, home.files)).toEqual({ kind: 'resumable' });
  });

  const hostile: readonly [string, (lock: string, home: AgentHome, pid: number) => void][] = [
    ['a link', (lock, home, pid) => (rmSync(lock), symlinkSync(home.write('lock', String(pid)), lock))],
    ['a FIFO', (lock) => (rmSync(lock), void execFileSync('mkfifo', [lock]))],
    ['a directory', (lock, home) => (rmSync(lock), void home.write(`${lock.slice(home.path.length)}/x`, ''))],
  ];
  test.each(hostile)('is not told by a lock that is %s', (_, spoil) => {
    const home = agentHome();
    const pid = holderOf();
    spoil(locked(home, one, pid), home, pid);
    expect(reading(home, pid).claims).toEqual([]);
  });
});

test.runIf(ownUid === 0)('a lock of another user tells nothing', () => {
  const home = agentHome();
  const pid = holderOf();
  chownSync(locked(home, one, pid), 12_345, 12_345);
  expect(reading(home, pid).claims).toEqual([]);
});

describe('starting a copilot again', () => {
  test('resumes with the options of before', () => {
    const home = agentHome();
    const args = [
      '--yolo',
      '--model',
      'gpt',
      '--deny-tool',
      'shell(rm)',
      '--additional-mcp-config',
      '{"a":1}',
      '-i',
      'hi',
    ];
    const { launch } = reading(home, holderOf(), args);
    expect(launch).toMatchObject({
      args: ['--yolo', '--model', 'gpt', '--deny-tool', 'shell(rm)'],
      droppedArgs: ['--additional-mcp-config', '-i'],
    });
    expect(copilot.startCommand(launch, one)).toEqual(['copilot', `--resume=${one}`, ...launch.args]);
    expect(copilot.startCommand(launch, null)).toEqual(['copilot', ...launch.args]);
  });

  test.each(['', '-x', '..', `${one}/..`, 'name of a session'])('never with the id %j', (id) => {
    const home = agentHome();
    expect(copilot.startCommand(launchIn(home), id)).toBeNull();
    expect(resumable(home, id)).toMatchObject({ kind: 'gone' });
  });

  test('is possible as long as the session has events, and nobody holds it', () => {
    const home = agentHome();
    expect(resumable(home, one)).toEqual({ kind: 'gone', reason: 'its events were removed' });
    session(home, one);
    expect(resumable(home, one)).toEqual({ kind: 'resumable' });
    home.write(`.copilot/session-state/${one}/inuse.1.hold`, '');
    expect(resumable(home, one)).toEqual({ kind: 'resumable' });
    const pid = holdingOwnFile(home, one);
    expect(resumable(home, one)).toEqual({ kind: 'live-elsewhere', pid });
  });
});

function session(home: AgentHome, id: string): void {
  home.write(`.copilot/session-state/${id}/events.jsonl`, '{}\n');
}

/** A session that was spoken to, with the lock of a process; returns the lock's path. */
function locked(home: AgentHome, id: string, pid: number): string {
  session(home, id);
  return home.write(`.copilot/session-state/${id}/inuse.${pid}.lock`, `${pid}\n`);
}

/** A process that holds `inuse.PID.hold` open with its own pid, as 1.0.102 does. */
function holdingOwnFile(home: AgentHome, id: string): number {
  session(home, id);
  return holderByScript(`exec 9>"$0/inuse.$$.hold"`, `${home.path}/.copilot/session-state/${id}`);
}

function reading(home: AgentHome, pid: number, args: readonly string[] = []): AgentReading {
  return readingOf(copilot, processIn(home, ['copilot', ...args], { pid }), home);
}

function resumable(home: AgentHome, id: string): ReturnType<typeof copilot.checkResumable> {
  return copilot.checkResumable({ id, launch: launchIn(home) }, home.files);
}
