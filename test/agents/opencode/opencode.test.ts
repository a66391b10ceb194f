import { describe, expect, test } from 'vitest';
import { opencode } from '../../../src/agents/opencode/opencode.ts';
import { agentHome, launchIn, processIn, readingOf } from '../agent-home.ts';

const id = 'ses_5f2aB9c0dEfG';

test.each<[readonly string[], 'interactive' | 'other' | null]>([
  [['opencode'], 'interactive'],
  [['opencode.exe', '/home/emo/code'], 'interactive'],
  [['opencode', '-s', id], 'interactive'],
  [['opencode', '--port', '4096', 'serve'], 'other'],
  [['opencode', 'run', 'fix it'], 'other'],
  [['opencode', 'acp'], 'other'],
  [['opencode', '-v'], 'other'],
  [['/usr/bin/vim', 'opencode'], null],
])('%j is %s', (argv, role) => {
  expect(opencode.roleOf(processIn(agentHome(), argv))).toBe(role);
});

describe('the session of an opencode', () => {
  test.each([[['-s', id]], [['--session', id]], [[`--session=${id}`]], [['--auto', '-s', id, '/home/emo/code']]])(
    'is that of its arguments: %j',
    (args) => {
      const home = agentHome();
      expect(readingOf(opencode, processIn(home, ['opencode', ...args]), home)).toMatchObject({
        claims: [{ id, source: 'argv', confidence: 'medium' }],
        fresh: false,
        reason: null,
      });
    },
  );

  test.each([
    [[]],
    [['-c']],
    [['-s', id, '--fork']],
    [['-s', 'other']],
    [['-s', '--fork']],
    [['-s', 'ses_../x']],
    [['run', '--', '-s', id]],
  ])('cannot be told otherwise, and is not taken for fresh: %j', (args) => {
    const home = agentHome();
    const reading = readingOf(opencode, processIn(home, ['opencode', ...args]), home);
    expect(reading).toMatchObject({ claims: [], fresh: false });
    expect(reading.reason).toContain('--session');
  });
});

describe('starting an opencode again', () => {
  test('resumes the session with the options of before, without prompt and fork', () => {
    const home = agentHome();
    const argv = ['opencode', '-m', 'p/m', '--auto', '-s', 'ses_old', '--prompt', 'hi', '--agent', 'build', '/code'];
    const variables = { XDG_DATA_HOME: '/data/', OPENCODE_DB: 'relative', OPENCODE_API_KEY: 'abc' };
    const { launch } = readingOf(opencode, processIn(home, argv, { variables }), home);
    expect(launch).toEqual({
      executable: 'opencode',
      args: ['-m', 'p/m', '--auto', '--agent', 'build'],
      droppedArgs: ['-s', '--prompt'],
      env: { XDG_DATA_HOME: '/data' },
      directory: home.path,
    });
    expect(opencode.startCommand(launch, id)).toEqual(['opencode', '-s', id, ...launch.args]);
    expect(opencode.startCommand(launch, null)).toEqual(['opencode', ...launch.args]);
  });

  test.each(['', 'ses_', '-s', 'ses_a b', 'ses_a\n', `x${id}`, 'ses_a/../b'])('never with the id %j', (wrong) => {
    const home = agentHome();
    expect(opencode.startCommand(launchIn(home), wrong)).toBeNull();
    home.write('.local/share/opencode/opencode.db', 'SQLite format 3');
    expect(opencode.checkResumable({ id: wrong, launch: launchIn(home) }, home.files)).toMatchObject({ kind: 'gone' });
  });

  test('is possible as long as its database is there', () => {
    const home = agentHome();
    const check = (env = {}): string =>
      opencode.checkResumable({ id, launch: launchIn(home, { env }) }, home.files).kind;
    expect(check()).toBe('gone');
    home.write('.local/share/opencode/opencode.db', '');
    expect(check()).toBe('gone');
    home.write('.local/share/opencode/opencode.db', 'SQLite format 3');
    expect(check()).toBe('resumable');
    expect(check({ XDG_DATA_HOME: `${home.path}/data` })).toBe('gone');
    const database = home.write('data/opencode/opencode.db', 'SQLite format 3');
    expect(check({ XDG_DATA_HOME: `${home.path}/data` })).toBe('resumable');
    expect(check({ XDG_DATA_HOME: '/nowhere', OPENCODE_DB: database })).toBe('resumable');
  });
});
