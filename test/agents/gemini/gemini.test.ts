import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AgentProcess, AgentReading } from '../../../src/agents/agent.ts';
import { gemini } from '../../../src/agents/gemini/gemini.ts';
import { agentHome, type AgentHome, launchIn, processIn, readingOf } from '../agent-home.ts';

const id = '3f0c9a52-7f34-4d53-9d43-0d8f4f6b8c11';
const other = '3f0c9a52-0000-4000-8000-000000000000';

test.each<[readonly string[], 'interactive' | 'other' | null]>([
  [['node', '/usr/bin/gemini'], 'interactive'],
  [['node', '--max-old-space-size=12052', '/usr/bin/gemini', '-m', 'x'], 'interactive'],
  [['node', '-r', './hook.js', '/opt/node_modules/@google/gemini-cli/bundle/gemini.js', 'fix it'], 'interactive'],
  [['node', '/usr/bin/gemini', '-p', 'fix it'], 'other'],
  [['node', '/usr/bin/gemini', '--acp'], 'other'],
  [['node', '/usr/bin/gemini', 'mcp', 'list'], 'other'],
  [['node', '/usr/bin/gemini', '--list-sessions'], 'other'],
  [['node', '/usr/bin/npm', 'gemini'], null],
  [['node'], null],
  [['/usr/bin/python3', '/usr/bin/gemini'], null],
])('%j is %s', (argv, role) => {
  expect(gemini.roleOf(processOf(agentHome(), argv))).toBe(role);
});

test('a process is looked into by the names that Node has', () => {
  expect(['node', 'MainThread', 'bash'].map((comm) => gemini.mayBe(comm))).toEqual([true, true, false]);
});

describe('the conversation of a gemini', () => {
  test.each([[['--resume', id]], [['-r', id, '--yolo']], [[`--resume=${id}`]], [['--session-id', id]]])(
    'is that of its arguments, when there is such a chat: %j',
    (args) => {
      const home = agentHome();
      chat(home, id);
      expect(reading(home, args)).toMatchObject({
        claims: [{ id, source: 'argv', confidence: 'medium' }],
        fresh: false,
        reason: null,
      });
    },
  );

  test.each([
    [[]],
    [['--resume']],
    [['--resume', 'latest']],
    [['--resume', '5']],
    [['--resume', other]],
    [['-r', '-x']],
  ])('cannot be told otherwise, and is not taken for fresh: %j', (args) => {
    const home = agentHome();
    chat(home, id);
    const { claims, fresh, reason } = reading(home, args);
    expect([claims, fresh, reason]).toEqual([[], false, expect.stringContaining('--resume')]);
  });

  test('is fresh when its own id has no chat yet', () => {
    const home = agentHome();
    expect(reading(home, ['--session-id', id])).toMatchObject({ claims: [], fresh: true, reason: null });
    expect(reading(home, ['--session-id', '../x'])).toMatchObject({ claims: [], fresh: false });
  });
});

describe('starting a gemini again', () => {
  test('resumes with the options of before', () => {
    const home = agentHome();
    const args = [
      '-y',
      '--include-directories',
      '/a',
      '/b',
      '-i',
      'hi',
      '--resume',
      id,
      '-w',
      '--proxy',
      'http://x',
      'q',
    ];
    const { launch } = reading(home, args, { GEMINI_CLI_HOME: '/data', GEMINI_API_KEY: 'abc' });
    expect(launch).toEqual({
      executable: 'gemini',
      args: ['-y', '--include-directories', '/a', '/b'],
      droppedArgs: ['-i', '--resume', '-w', '--proxy'],
      env: { GEMINI_CLI_HOME: '/data' },
      directory: home.path,
    });
    expect(gemini.startCommand(launch, id)).toEqual(['gemini', '--resume', id, ...launch.args]);
    expect(gemini.startCommand(launch, null)).toEqual(['gemini', ...launch.args]);
  });

  test.each(['', 'latest', '5', '-x', '.*', `${id}\n`])('never with the id %j', (wrong) => {
    const home = agentHome();
    chat(home, id);
    expect(gemini.startCommand(launchIn(home), wrong)).toBeNull();
    expect(resumable(home, wrong)).toBe('gone');
  });

  test('is possible as long as a chat of the very id is there', () => {
    const home = agentHome();
    expect(resumable(home, id)).toBe('gone');
    const path = chat(home, id);
    expect(resumable(home, id)).toBe('resumable');
    // Names tell but the first part of an id.
    expect(resumable(home, other)).toBe('gone');
    expect(resumable(home, id, { GEMINI_CLI_HOME: `${home.path}/other` })).toBe('gone');
    rmSync(path);
    expect(resumable(home, id)).toBe('gone');
  });

  test('is possible with the one document that earlier releases wrote', () => {
    const home = agentHome();
    home.write(`.gemini/tmp/0a1b/chats/session-2026-11-20T12-00-3f0c9a52.json`, `{\n  "sessionId": "${id}",\n`);
    expect(resumable(home, id)).toBe('resumable');
  });

  test('is not possible with a link or a FIFO in place of the chat', () => {
    const home = agentHome();
    const path = chat(home, id);
    const elsewhere = home.write('elsewhere', `{"sessionId":"${id}"}`);
    rmSync(path);
    symlinkSync(elsewhere, path);
    expect(resumable(home, id)).toBe('gone');
    rmSync(path);
    execFileSync('mkfifo', [path]);
    expect(resumable(home, id)).toBe('gone');
  });
});

function chat(home: AgentHome, of: string): string {
  const name = `session-2026-11-20T12-00-${of.slice(0, 8)}.jsonl`;
  return home.write(`.gemini/tmp/code/chats/${name}`, `{"sessionId":"${of}","projectHash":"x"}\n`);
}

function processOf(home: AgentHome, argv: readonly string[], variables = {}): AgentProcess {
  return processIn(home, argv, { exe: argv[0] === 'node' ? '/usr/bin/node' : (argv[0] ?? null), variables });
}

function reading(home: AgentHome, args: readonly string[], variables = {}): AgentReading {
  return readingOf(gemini, processOf(home, ['node', '/no/such/bin/gemini', ...args], variables), home);
}

function resumable(home: AgentHome, of: string, env = {}): string {
  return gemini.checkResumable({ id: of, launch: launchIn(home, { env }) }, home.files).kind;
}
