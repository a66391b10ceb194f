import { utimesSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentProcess } from '../../../src/agents/agent.ts';
import { paneCommand } from '../../../src/agents/pane-command.ts';
import { pi } from '../../../src/agents/pi/pi.ts';
import { type AgentHome, agentHome, launchIn, processIn, readingOf, startedAtMs } from '../agent-home.ts';

const id = '0199c0de-1111-7222-8333-444455556666';
const node = '/usr/bin/node';
const script = '/usr/lib/node_modules/@earendil-works/pi-coding-agent/dist/bundle/cli.js';

test.each<[readonly string[], string | null, 'interactive' | 'other' | null]>([
  [['pi'], '/home/emo/bin/pi', 'interactive'],
  [['pi', '--mode', 'text', 'fix it'], '/home/emo/bin/pi', 'interactive'],
  [['pi', '-p', 'fix it'], '/home/emo/bin/pi', 'other'],
  [['pi', '--mode', 'rpc'], '/home/emo/bin/pi', 'other'],
  [['pi', 'install', 'x'], '/home/emo/bin/pi', 'other'],
  [['pi', '--export', 'a.jsonl'], '/home/emo/bin/pi', 'other'],
  [['pi', '', ''], node, 'interactive'],
  [['pi-rpc', ''], node, null],
  [['node', script, '--session', id], node, 'interactive'],
  [['node', '/usr/bin/pi'], node, 'interactive'],
  [['node', '/srv/pi/server.js'], node, null],
  [['pi', '3'], '/usr/bin/bc', null],
])('%j of %s is %s', (argv, exe, role) => {
  expect(pi.roleOf(processIn(agentHome(), argv, { exe }))).toBe(role);
});

describe('the session of a pi', () => {
  test.each([[['--session', id]], [['--session-id', id]], [['--model', 'sonnet', '--session', id, 'fix it']]])(
    'is that of its arguments, and belongs to its own directory: %j',
    (args) => {
      const home = withSession();
      const reading = readingOf(pi, processIn(home, ['pi', ...args]), home);
      expect(reading).toMatchObject({
        claims: [{ id, source: 'argv', confidence: 'medium' }],
        fresh: false,
        reason: null,
      });
      expect(reading.launch.directory).toBe('/srv/code');
    },
  );

  test('may be named by its file', () => {
    const home = agentHome();
    const file = home.write(sessionFile, header());
    expect(readingOf(pi, processIn(home, ['pi', '--session', file]), home).claims).toMatchObject([{ id }]);
  });

  test('is the one that it told the youngest of its tools, when it has moved to another', () => {
    const home = withSession();
    const other = 'abc-1';
    home.write(`.pi/agent/sessions/--srv-code--/2026-11-20T13-00-00-000Z_${other}.jsonl`, header({ id: other }));
    const children = [tool(home, '100', id), tool(home, '200', other), processIn(home, ['rg'], { startTime: '300' })];
    const reading = readingOf(pi, processIn(home, ['pi', '--session', id], { children }), home);
    expect(reading.claims).toEqual([{ id: other, source: 'child-environment', confidence: 'medium' }]);
  });

  test('is the one that a restore gave it, while it hides its arguments', () => {
    const home = withSession();
    const command = ['/usr/bin/teamclaude', 'run', '--', 'pi', '--session', id, '--name', 'pi'];
    const words = paneCommand('/bin/bash', command, {
      agent: 'pi',
      env: { PI_CODING_AGENT_DIR: '/x' },
      resumeHint: null,
    });
    const parent = processIn(home, words.slice(words.lastIndexOf('/bin/sh')));
    const reading = readingOf(pi, hidden(home, { ancestors: [parent] }), home);
    expect(reading.claims).toEqual([{ id, source: 'argv', confidence: 'medium' }]);
  });

  test('is the one that a restore gave it together with a message, which no later start repeats', () => {
    const home = withSession();
    const command = ['pi', '--session', id, '--model', 'sonnet', '--', `--session ${id} pi`];
    const words = paneCommand('/bin/bash', command, { agent: 'pi', env: {}, resumeHint: null });
    const parent = processIn(home, words.slice(words.lastIndexOf('/bin/sh')));
    expect(readingOf(pi, hidden(home, { ancestors: [parent] }), home)).toMatchObject({
      claims: [{ id }],
      launch: { args: ['--model', 'sonnet'], droppedArgs: ['--session', 'prompt'] },
    });
  });

  test.each<[string, readonly string[]]>([
    ['it continues the last one', ['-c']],
    ['it lets the user choose', ['--resume']],
    ['it branches off', ['--fork', id]],
    ['only the beginning of an id is given', ['--session', id.slice(0, 8)]],
    ['the id leaves the directory', ['--session', `../--srv-code--/x_${id}`]],
    ['another file is named', ['--session', '/etc/passwd']],
  ])('is not known when %s', (_, args) => {
    const home = withSession();
    const reading = readingOf(pi, processIn(home, ['pi', ...args]), home);
    expect(reading).toMatchObject({ claims: [], fresh: false });
    expect(reading.reason).toContain('pi tells its session only in its arguments');
  });

  test('is not known while it hides its arguments', () => {
    const home = withSession();
    expect(readingOf(pi, hidden(home), home)).toMatchObject({ claims: [], fresh: false });
  });

  test('is new until a session of its directory is written, which may be its own', () => {
    const home = agentHome();
    const started = processIn(home, ['pi', '--model', 'sonnet']);
    expect(readingOf(pi, started, home)).toMatchObject({ claims: [], fresh: true, reason: null });
    const project = home.path.slice(1).replaceAll('/', '-');
    const file = home.write(`.pi/agent/sessions/--${project}--/2026-11-20T12-00-00-000Z_a.jsonl`, header({ id: 'a' }));
    utimesSync(file, new Date(startedAtMs - 60_000), new Date(startedAtMs - 60_000));
    expect(readingOf(pi, started, home).fresh).toBe(true);
    utimesSync(file, new Date(startedAtMs + 1), new Date(startedAtMs + 1));
    expect(readingOf(pi, started, home)).toMatchObject({ claims: [], fresh: false });
  });

  test('that is never stored is started anew', () => {
    const home = withSession();
    const reading = readingOf(pi, processIn(home, ['pi', '--no-session']), home);
    expect(reading).toMatchObject({ claims: [], fresh: true, launch: { args: ['--no-session'] } });
  });

  test('is found where the user keeps sessions', () => {
    const home = agentHome();
    home.write(`mine/2026-11-20T12-00-00-000Z_${id}.jsonl`, header());
    const variables = { PI_CODING_AGENT_SESSION_DIR: `${home.path}/mine` };
    const byVariable = readingOf(pi, processIn(home, ['pi', '--session', id], { variables }), home);
    const byOption = readingOf(
      pi,
      processIn(home, ['pi', '--session-dir', `${home.path}/mine`, '--session', id]),
      home,
    );
    for (const { claims, launch } of [byVariable, byOption]) {
      expect(claims).toMatchObject([{ id }]);
      expect(pi.checkResumable({ id, launch }, home.files)).toEqual({ kind: 'resumable' });
    }
  });
});

describe('starting a pi again', () => {
  test('resumes the session with the options of before, without prompt, name and key', () => {
    const home = withSession();
    const argv = [
      'pi',
      '--provider',
      'x',
      '--api-key',
      'sk-abcdefghijkl',
      '-n',
      'a',
      '-a',
      '--session',
      id,
      '--',
      'hi',
    ];
    const { launch } = readingOf(pi, processIn(home, argv), home);
    expect(launch).toMatchObject({ executable: 'pi', args: ['--provider', 'x', '-a'] });
    expect(launch.droppedArgs).toEqual(['--api-key', '-n', '--session', 'prompt']);
    expect(pi.startCommand(launch, id)).toEqual(['pi', '--session', id, '--provider', 'x', '-a']);
    expect(pi.askingArguments(launch.args)).toEqual(['--provider', 'x']);
  });

  test('is possible as long as its session file is there, and is of the user', () => {
    const home = agentHome();
    const check = (): string => pi.checkResumable({ id, launch: launchIn(home) }, home.files).kind;
    expect(check()).toBe('gone');
    home.write(sessionFile, 'not a session');
    expect(check()).toBe('gone');
    home.write(sessionFile, header());
    expect(check()).toBe('resumable');
  });

  test('never has an id that is an option or a path, whatever is asked', () => {
    const home = withSession();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('-p', '--', '../x', 'a/b', '.', 'a ', id)), (wanted) => {
        const command = pi.startCommand(launchIn(home), wanted);
        expect(command === null || /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(wanted)).toBe(true);
      }),
    );
  });
});

test('whatever a session file holds, reading it finds a session or none', () => {
  const home = agentHome();
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.record({ id: fc.anything(), cwd: fc.anything() }).map((one) => JSON.stringify({ type: 'session', ...one })),
      ),
      (text) => {
        home.write(sessionFile, text);
        expect(['gone', 'resumable']).toContain(pi.checkResumable({ id, launch: launchIn(home) }, home.files).kind);
      },
    ),
  );
});

const sessionFile = `.pi/agent/sessions/--srv-code--/2026-11-20T12-00-00-000Z_${id}.jsonl`;

function header(fields: object = {}): string {
  const first = { type: 'session', version: 3, id, timestamp: '2026-11-20T12:00:00.000Z', cwd: '/srv/code', ...fields };
  return `${JSON.stringify(first)}\n{"type":"message"}\n`;
}

function withSession(): AgentHome {
  const home = agentHome();
  home.write(sessionFile, header());
  return home;
}

/** A pi on Node, which overwrites its arguments. */
function hidden(home: AgentHome, facts: Partial<AgentProcess> = {}): AgentProcess {
  return processIn(home, ['pi', '', '', ''], { exe: node, comm: 'pi', ...facts });
}

function tool(home: AgentHome, startTime: string, session: string): AgentProcess {
  return processIn(home, ['bash', '-c', 'make'], { startTime, variables: { PI_SESSION_ID: session } });
}
